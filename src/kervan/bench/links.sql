-- name: write_in
-- Whose an event will be, as a plain column: the answer without any dictionary.
ALTER TABLE events ADD COLUMN hers UInt32

-- name: fill
-- Half of the events know their person, the others only their visit: two in each, minutes apart.
-- Everything comes from the row's number, so that each run asks the same of the same data.
INSERT INTO events (name, person, at, session, kind, event_id, received_at, source, channel,
    order_id, currency, value_minor, properties, context, batch, hers)
WITH cityHash64(number, 1) % {visits:UInt64} AS visit,
    number % 2 = 0 AS is_known,
    1 + cityHash64(number, 3) % {people:UInt32} AS known,
    -- as link_visits and link_people say it
    1 + cityHash64(intDiv(2 * visit + 2, 3), 6) % {people:UInt32} AS linked,
    multiIf(is_known, known, (1 + visit) % 3 != 0, linked, 0) AS whose
SELECT
    ['Product Viewed', 'Product Added', 'Page Viewed', 'Page Viewed', 'Page Viewed',
        'Order Completed', 'Product List Viewed', 'Message Sent'][1 + cityHash64(number, 2) % 8],
    if(is_known, known, 0),
    toDateTime64('2026-08-01 00:00:00', 3, 'UTC') + toIntervalMillisecond(
        intDiv(visit * 90 * 86400000, {visits:UInt64}) + cityHash64(number, 4) % 1200000) AS at,
    1 + visit, 'track', reinterpretAsFixedString(sipHash128(number)), at, 3, 'web', '', 'TRY',
    cityHash64(number, 5) % 100000,
    CAST(concat('{"product_id":"', toString(number % 1000), '","category":"c',
        toString(number % 20), '","price":', toString(cityHash64(number, 5) % 10000 / 100), '}')
        AS JSON(max_dynamic_paths = 256)),
    '{}', {batch:UInt64}, whose + (whose % 5 = 1)
FROM numbers({first:UInt64}, {count:UInt64})

-- name: keep_parts
SYSTEM STOP MERGES events

-- name: forget
TRUNCATE TABLE {table}

-- name: link_visits
-- Two of three visits turn out to be somebody's.
INSERT INTO session_link (session, person, version, at)
SELECT 1 + intDiv(number * 3, 2), 1 + cityHash64(number, 6) % {people:UInt32}, {version:UInt64},
    fromUnixTimestamp64Milli({at_ms:Int64})
FROM numbers({count:UInt64})

-- name: link_people
-- One in five of them is somebody else after all.
INSERT INTO person_link (person, head, version, at)
SELECT 1 + number * 5, 2 + number * 5, {version:UInt64}, fromUnixTimestamp64Milli({at_ms:Int64})
FROM numbers({count:UInt64})

-- name: not_followed
-- Events that are not whose they should be.
SELECT countIf(who != hers), count() FROM events

-- name: viewed_twice
-- Looked at one category at least twice.
SELECT count() FROM (
    SELECT {who} AS whose, count() AS times FROM events
    WHERE name = 'Product Viewed' AND properties.category.:String = 'c8' AND at >= '2026-08-10'
    GROUP BY whose HAVING times >= 2 AND whose != 0
)

-- name: viewed_and_not_bought
SELECT count() FROM (
    SELECT {who} AS whose,
        countIf(name = 'Product Viewed' AND properties.price.:Float64 > 50) AS viewed,
        countIf(name = 'Order Completed') AS bought
    FROM events WHERE name IN ('Product Viewed', 'Order Completed') AND at >= '2026-08-10'
    GROUP BY whose HAVING viewed >= 1 AND bought = 0 AND whose != 0
)

-- name: two_names
-- Nothing but names and times is read, by far the cheapest columns: what is left is whose it is.
SELECT count() FROM (
    SELECT {who} AS whose, count() AS times FROM events
    WHERE name IN ('Product Viewed', 'Product Added') AND at >= '2026-08-10'
    GROUP BY whose HAVING times >= 2 AND whose != 0
)

-- name: everybody
SELECT count(), sum(times) FROM (
    SELECT {who} AS whose, count() AS times FROM events GROUP BY whose HAVING whose != 0
)
