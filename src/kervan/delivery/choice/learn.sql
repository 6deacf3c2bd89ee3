-- name: count
SELECT count() FROM people FINAL WHERE NOT gone

-- name: sent
-- The messages of a sample of people, each with its first click that no machine made.
SELECT reader AS person, by AS channel, toUnixTimestamp64Milli(minIf(at, name = 'Message Sent'))
    AS at_ms, toUnixTimestamp64Milli(minIf(at, name = 'Message Clicked')) AS clicked_ms,
    countIf(name = 'Message Sent') AS went, countIf(name = 'Message Clicked') AS clicks
FROM (
    SELECT who AS reader, name, at, ifNull(properties.channel.:String, '') AS by,
        ifNull(properties.message.:String, '') AS message
    FROM events
    WHERE name IN ('Message Sent', 'Message Clicked')
        AND at > fromUnixTimestamp64Milli({since_ms:Int64})
        AND at <= fromUnixTimestamp64Milli({at_ms:Int64})
        AND NOT ifNull(properties.machine.:Bool, false)
        AND who != 0 AND cityHash64(who) % {share:UInt32} = 0
)
GROUP BY reader, by, message
HAVING went > 0 AND by != ''
ORDER BY person, at_ms

-- name: deeds
SELECT who AS person, if(name = 'Order Completed', '', ifNull(properties.channel.:String, ''))
    AS channel, toUnixTimestamp64Milli(at) AS at_ms, name = 'Order Completed' AS is_order
FROM events
WHERE name IN ('Order Completed', 'Message Received')
    AND at > fromUnixTimestamp64Milli({since_ms:Int64})
    AND at <= fromUnixTimestamp64Milli({at_ms:Int64})
    AND who != 0 AND cityHash64(who) % {share:UInt32} = 0
ORDER BY person, at_ms

-- name: zones
SELECT person, zone FROM people FINAL
WHERE NOT gone AND cityHash64(person) % {share:UInt32} = 0
ORDER BY person
