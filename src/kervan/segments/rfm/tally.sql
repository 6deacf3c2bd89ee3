-- name: currency
SELECT currency FROM events WHERE name = 'Order Completed' AND currency != ''
GROUP BY currency ORDER BY count() DESC, currency LIMIT 1

-- name: orders
-- An order is counted once for each person, as its earliest report; one without an id by itself.
-- The report is found by one number of time and id: a pair costs twice as much.
SELECT buyer AS person, countIf(placed_ms > {since_ms:Int64}) AS frequency,
    sumIf(paid_minor, placed_ms > {since_ms:Int64}) AS monetary_minor,
    min(placed_ms) AS first_ms, max(placed_ms) AS last_ms,
    toInt64(uniqExact(toUInt16(intDiv(placed_ms, 86400000)))) AS order_days
FROM (
    SELECT who AS buyer, toUnixTimestamp64Milli(min(at)) AS placed_ms,
        argMin(value_minor, toUInt64(toUnixTimestamp64Milli(at)) * 1048576
            + cityHash64(event_id) % 1048576) AS paid_minor
    FROM events
    WHERE name = 'Order Completed' AND currency = {currency:String}
        AND at <= fromUnixTimestamp64Milli({at_ms:Int64}){whose}
    GROUP BY buyer, if(order_id = '', cityHash64(event_id), cityHash64(order_id))
)
WHERE buyer IN ({known})
GROUP BY buyer
ORDER BY person

-- name: messages
-- Of the messages sent only the latest matter, as times turned round so that they sort first.
SELECT reader AS person, last_ms AS reacted_ms,
    toInt64(arrayCount(sent -> -sent > last_ms, latest)) AS sent
FROM (
    SELECT who AS reader,
        maxIf(toUnixTimestamp64Milli(at), name != 'Message Sent'
            AND NOT ifNull(properties.machine.:Bool, false)) AS last_ms,
        groupArraySortedIf(20)(-toUnixTimestamp64Milli(at), name = 'Message Sent') AS latest
    FROM events
    WHERE name IN ('Message Sent', 'Message Opened', 'Message Clicked')
        AND at <= fromUnixTimestamp64Milli({at_ms:Int64}){whose}
    GROUP BY reader
)
WHERE reader IN ({known})
ORDER BY person

-- name: known
SELECT people.person FROM people FINAL WHERE NOT gone

-- name: known_some
SELECT people.person FROM people FINAL WHERE NOT gone AND person IN {heads:Array(UInt32)}

-- name: of_some
 AND (person IN {atoms:Array(UInt32)} OR (person = 0 AND session IN {visits:Array(UInt64)}))

-- name: scores
SELECT scores.person AS person, rfm_recency, rfm_frequency, rfm_monetary, rfm_group, life_cycle,
    engagement, scores
FROM scores FINAL
ORDER BY person

-- name: scores_some
SELECT scores.person AS person, rfm_recency, rfm_frequency, rfm_monetary, rfm_group, life_cycle,
    engagement, scores
FROM scores FINAL
WHERE person IN {heads:Array(UInt32)}
ORDER BY person

-- name: groups
SELECT rfm_group, count() FROM scores FINAL
WHERE rfm_group != '' AND person IN ({known}) GROUP BY rfm_group

-- name: stored
SELECT count() FROM scores WHERE version = {version:UInt64}
