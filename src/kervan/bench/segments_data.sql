-- name: fill
-- Events of so many visits from number `first` on, six in each; all comes from the row's number and
-- the seed. Visits come in the order of their time, as they do in life, so that an insert touches a
-- month or two. What kind of visit it is, and who is there, are digits of its hash.
INSERT INTO {table} (person, at, session, name, kind, event_id, received_at, source, channel,
    order_id, currency, value_minor, properties, context, batch)
WITH
    ({documents}) AS said,
    chance -> bitAnd(chance, 4294967295) / 4294967296 AS share,
    -- a few people do most; their numbers are strewn, since nobody comes in order of zeal
    chance -> toUInt32(1 + toUInt64(pow(share(chance), 3) * {people:UInt64}) * 2654435761
        % {people:UInt64}) AS pick,
    -- a third has gone away some day, a fifth came some day
    (one, day) -> multiIf(
        cityHash64(one, {seed:UInt64}, 1) % 100 < 35, day < cityHash64(one, 2) % {days:UInt32},
        cityHash64(one, {seed:UInt64}, 1) % 100 < 55, day > cityHash64(one, 2) % {days:UInt32}, 1
    ) AS is_here
SELECT
    if(is_anonymous, 0, her) AS person,
    fromUnixTimestamp64Milli(toInt64(at_ms), 'UTC') AS at,
    1 + visit,
    name,
    'track',
    reinterpretAsFixedString(sipHash128(number, {seed:UInt64})),
    at,
    1,
    multiIf(from_shop, 'pos', by_kind >= 74, 'email', a % 3 = 0, 'web', 'app'),
    if(name = 'Order Completed', concat('o', toString(visit)), ''),
    if(name = 'Order Completed', currency, ''),
    if(name = 'Order Completed', paid * 100 + 90 * (paid % 2), 0),
    said[1 + multiIf(
        name IN ('Product Viewed', 'Product Added'), product + 2000 * (e % 3),
        name IN ('Checkout Started', 'Order Completed'), n,
        name = 'Products Searched', 14000 + e % 80,
        name = 'Message Sent', 14080 + if(b % 4 = 0, 72 + e % 24, e % 72),
        name = 'Message Clicked', 14176 + e % 40,
        name = 'Usage Reported',
            14216 + 3 * intDiv(10 + hers % 90 + e % 20, if(uses_less, 6, 1)) + hers % 3,
        name = 'Onboarding Step', 14576 + place + 6 * (hers % 9),
        14630 + e % 3)],
    '{}',
    {batch:UInt64}
FROM (
    SELECT
        *,
        -- who of three was around: the first, or the second, or the third
        multiIf(
            is_here(pick(a), day), pick(a), is_here(pick(b), day), pick(b), pick(c)
        ) AS her,
        by_kind < 74 AND b % 100 < 15 AS is_anonymous,
        toUInt32(cityHash64(her, {seed:UInt64}, 3)) AS hers,
        -- six steps in a quarter of an hour; letters, reports and lessons days apart
        begun_ms - multiIf(
            by_kind < 74, (5 - place) * 1000 * (60 + e % 120),
            by_kind < 90, (5 - place) * (86400000 * 3 + e % 7200000),
            by_kind < 97, (5 - place) * (86400000 * 14 + e % 3600000),
            (5 - place) * (86400000 * 5 + e % 3600000)
        ) AS at_ms,
        multiIf(
            by_kind >= 97, if(place < 2 + cityHash64(her, 4) % 5, 'Onboarding Step', 'App Opened'),
            by_kind >= 90, 'Usage Reported',
            by_kind >= 74, if(place % 3 = 2 AND e % 100 < 30 + toInt32(hers % 7) * 5 - 20,
                'Message Clicked', 'Message Sent'),
            place = 0, ['App Opened', 'Products Searched', 'Product Viewed', 'Product Viewed'][
                1 + e % 4],
            place = 3 AND depth >= 60, 'Product Added',
            place = 4 AND depth >= 84 AND NOT is_again, 'Checkout Started',
            place = 4 AND depth >= 60 AND NOT is_again, if(e % 3 = 0, 'Product Added',
                'Product Viewed'),
            place = 5 AND depth >= 89 OR place = 4 AND is_again, 'Order Completed',
            place = 5 AND e % 4 = 0, 'Products Searched',
            'Product Viewed'
        ) AS name,
        -- one in five uses a sixth of what she did, for forty days
        hers % 100 < 20
            AND at_ms + 3456000000 > {start_ms:UInt64} + {days:UInt64} * 86400000 AS uses_less,
        place = 4 AND is_again AS from_shop,
        6000 + a % 8000 AS n,
        {paid} AS paid,
        if(hers % 10 < 7, 'TRY', 'AZN') AS currency
    FROM (
        SELECT
            number,
            intDiv(number, 6) AS visit,
            number % 6 AS place,
            cityHash64(visit, {seed:UInt64}, 5) AS a,
            cityHash64(visit, {seed:UInt64}, 6) AS b,
            cityHash64(visit, {seed:UInt64}, 7) AS c,
            cityHash64(number, {seed:UInt64}, 8) AS e,
            intDiv(visit * {days:UInt64}, {visits:UInt64}) AS day,
            -- busy between 8 and 24 in Istanbul, busiest in the evening
            {start_ms:UInt64} + day * 86400000 + 18000000
                + toUInt64(57600000 * sqrt(share(c))) AS begun_ms,
            bitShiftRight(c, 33) % 100 AS by_kind,
            bitShiftRight(c, 43) % 100 AS depth,
            depth >= 89 AND b % 33 = 0 AS is_again,
            toUInt32(pow(share(e), 2) * 2000) AS product
        FROM numbers_mt({first:UInt64}, {count:UInt64})
    )
)

-- name: documents
-- What events say of themselves: {documents:UInt64} different things, read as JSON once and then
-- taken by their numbers, for to parse is most of what an event costs. A whole price has no point.
SELECT groupArray({document}) FROM (
    SELECT multiIf(
        -- products: 2000 of them, once, twice or three times
        n < 6000, concat(
            '{"product_id":"p', toString(1 + n % 2000), '","category":"', categories[1 + n % 8],
            '","price":', toString((49 + n * 37 % 900) + (n % 4) / 4),
            ',"quantity":', toString(1 + intDiv(n, 2000)), '}'),
        -- baskets of two
        n < 14000, concat(
            '{"total":', toString(toUInt64({paid}) AS total),
            ',"products":[{"product_id":"p', toString(1 + n % 2000),
            '","category":"', categories[1 + n % 8],
            '","price":', toString(total / 4), ',"quantity":1},{"product_id":"p',
            toString(1 + n * 7 % 2000), '","category":"', categories[1 + n * 7 % 8],
            '","price":', toString(total * 3 / 4), ',"quantity":1}]}'),
        -- words somebody looked for
        n < 14080, concat(
            '{"query":"', ['red shoes', 'winter coat', 'bag', 'garden chair', 'running shoes',
                'gift', 'lego', 'novel'][1 + n % 8], '","results":', toString(n % 10), '}'),
        -- messages, and clicks in them
        n < 14176, concat(
            '{"journey":"', journeys[1 + n % 4], '","step":"s', toString(intDiv(n, 4) % 6),
            '","channel":"', ['email', 'sms'][1 + (n >= 14080 + 72)],
            '","state":"', if(n % 3 = 0, 'accepted', 'delivered'), '"}'),
        n < 14216, concat(
            '{"journey":"', journeys[1 + n % 4], '","channel":"email","machine":',
            if(n % 3 = 0, 'true', 'false'), ',"link":', toString(n % 5), '}'),
        -- tenths of a gigabyte
        n < 14576, concat(
            '{"used_gb":', toString((1 + intDiv(n - 14216, 3)) / 10),
            ',"plan":"', ['S', 'M', 'L'][1 + n % 3], '"}'),
        n < 14630, concat(
            '{"step":', toString(1 + (n - 14576) % 6), ',"app":"2.', toString(n % 9), '"}'),
        concat('{"screen":"', ['home', 'deals', 'account'][1 + n % 3], '"}')) AS text
    FROM (SELECT number AS n,
        ['shoes', 'shirts', 'coats', 'bags', 'toys', 'home', 'garden', 'books'] AS categories,
        ['welcome', 'basket', 'winback', 'news'] AS journeys
        FROM numbers({documents:UInt64}) ORDER BY n)
    ORDER BY n
)

-- name: paid
-- Of a basket, in major units.
40 + 25 * (1 + n % 4) * (1 + n % 37)

-- name: fill_people
-- One in fifty belongs to her neighbour's profile today, some were erased.
INSERT INTO people (person, version, gone, known_since, zone, language, country, birthday, address,
    verified, suppressed, consents, traits, moments)
WITH
    (chance, consent) -> multiIf(
        chance < 30, map(), chance < 45, map(consent, toInt64(0)),
        chance < 50, map(consent, {at_ms:Int64} + (chance - 48) * 2592000000),
        map(consent, toInt64(253402300799000))
    ) AS word
SELECT
    toUInt32(1 + number) AS person,
    {version:UInt64},
    person % 50 = 3 OR person % 199 = 5,
    fromUnixTimestamp64Milli(toInt64(
        {at_ms:Int64} - a % 63072000000), 'UTC'),
    multiIf(a % 100 < 62, 'Europe/Istanbul', a % 100 < 92, 'Asia/Baku', a % 100 < 96,
        'Europe/Berlin', a % 100 < 98, 'Europe/London', 'America/New_York') AS zone,
    multiIf(zone = 'Asia/Baku', 'az', zone = 'Europe/Istanbul', 'tr', 'en'),
    multiIf(zone = 'Asia/Baku', 'AZ', zone = 'Europe/London', 'GB', zone = 'America/New_York', 'US',
        zone = 'Europe/Berlin', 'DE', 'TR'),
    if(b % 10 < 6, 100 * (1 + c % 12) + 1 + b % 28, 0),
    (d % 100 < 85) + 2 * (b % 100 < 72) + 4 * (b % 100 < 72) + 8 * (c % 100 < 40)
        + 16 * (e % 100 < 30) AS address,
    bitAnd(address, d % 32),
    bitAnd(address, if(e % 30 = 0, 1 + c % 31, 0)),
    mapConcat(word(d % 97, 'email/marketing//'), word(b % 89, 'sms/marketing//'),
        word(c % 83, 'whatsapp/marketing//')),
    CAST(concat('{"city":"', if(zone = 'Asia/Baku', ['Baku', 'Ganja', 'Sumqayit'],
            ['Istanbul', 'Ankara', 'Izmir'])[1 + toUInt64(3 * pow(e / 18446744073709551616, 2))],
        '","tier":"', ['none', 'none', 'none', 'silver', 'silver', 'gold', 'platinum'][1 + b % 7],
        '","plan":"', ['S', 'M', 'L'][1 + c % 3], '","points":', toString(d % 9000),
        ',"is_member":', if(c % 4 = 0, 'true', 'false'),
        if(ends_ms = 0, '', concat(',"contract_end":"',
            toString(toDate(fromUnixTimestamp64Milli(ends_ms, 'UTC'))), '"')), '}')
        AS JSON(max_dynamic_paths = 256)),
    if(ends_ms = 0, map(), map('contract_end', ends_ms))
FROM (
    SELECT
        number,
        cityHash64(number, {seed:UInt64}, 21) AS a,
        cityHash64(number, {seed:UInt64}, 22) AS b,
        cityHash64(number, {seed:UInt64}, 23) AS c,
        cityHash64(number, {seed:UInt64}, 24) AS d,
        cityHash64(number, {seed:UInt64}, 25) AS e,
        if(c % 5 < 3, 0, toInt64({at_ms:Int64} + (toInt64(a % 720) - 180) * 86400000)) AS ends_ms
    FROM numbers({people:UInt64})
)

-- name: fill_scores
INSERT INTO scores (person, version, rfm_recency, rfm_frequency, rfm_monetary, rfm_group,
    life_cycle, engagement, scores)
SELECT
    toUInt32(1 + number),
    {version:UInt64},
    1 + a % 5 AS recency,
    1 + intDiv(a, 5) % 5 AS frequency,
    1 + intDiv(a, 25) % 5 AS monetary,
    [
        ['lost', 'lost', 'at_risk', 'at_risk', 'cant_lose'],
        ['hibernating', 'hibernating', 'at_risk', 'at_risk', 'cant_lose'],
        ['about_to_sleep', 'about_to_sleep', 'need_attention', 'loyal', 'loyal'],
        ['promising', 'potential_loyalist', 'potential_loyalist', 'loyal', 'loyal'],
        ['new', 'potential_loyalist', 'potential_loyalist', 'champions', 'champions']
    ][recency][intDiv(frequency + monetary + 1, 2)],
    ['new', 'active', 'lapsing', 'lapsed'][1 + b % 4],
    ['engaged', 'cooling', 'unengaged'][1 + intDiv(b, 4) % 3],
    map('lifetime_value', b % 90000 / 10, 'churn', a % 1000 / 1000)
FROM (
    SELECT
        number,
        cityHash64(number, {seed:UInt64}, 31) AS a,
        cityHash64(number, {seed:UInt64}, 32) AS b
    FROM numbers({people:UInt64})
)
WHERE intDiv(b, 12) % 10 < 8

-- name: link_people
INSERT INTO person_link (person, head, version, at)
SELECT 4 + number * 50 - 1, 4 + number * 50 - 2, {version:UInt64},
    fromUnixTimestamp64Milli({at_ms:Int64})
FROM numbers(intDiv({people:UInt64} + 47, 50))

-- name: link_visits
-- Six in ten visits of nobody turn out to be somebody's.
INSERT INTO session_link (session, person, version, at)
SELECT
    session,
    1 + toUInt64(pow(cityHash64(session, {seed:UInt64}, 41) / 18446744073709551616, 3)
        * {people:UInt64}) * 2654435761 % {people:UInt64},
    {version:UInt64},
    fromUnixTimestamp64Milli({at_ms:Int64})
FROM (SELECT DISTINCT session FROM events WHERE person = 0)
WHERE cityHash64(session, {seed:UInt64}, 42) % 10 < 6

-- name: merging
SELECT count() FROM system.merges

-- name: months
SELECT DISTINCT toYYYYMM(at) AS month FROM events
WHERE month < toYYYYMM(fromUnixTimestamp64Milli({at_ms:Int64}, 'UTC')) ORDER BY month

-- name: merge
OPTIMIZE TABLE events PARTITION {month} FINAL
