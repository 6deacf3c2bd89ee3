-- What one profile did: `atoms` are all of hers, `sessions` her visits before she signed in.
-- Here and there, machines that open mails and follow links are not her.

-- name: hers
-- Two questions, not one with OR: by their order her own lie in one place and her visits in theirs, and
-- an index on visits is of use only where they alone are asked for. With OR all that anybody ever did
-- without a name was read for each report about one person.
(
    SELECT * FROM events_by_person WHERE person IN {atoms:Array(UInt32)}
    UNION ALL
    SELECT * FROM events_by_person
    WHERE person = 0 AND session != 0 AND session IN {sessions:Array(UInt64)}
)

-- name: channels
-- Where she herself was seen: what Kervan did to her, and a list that named her, is not seeing.
-- The properties, which cost most to read, are read of messages only.
SELECT
    channel,
    toUnixTimestamp64Milli(min(at)) AS first_ms,
    toUnixTimestamp64Milli(max(at)) AS last_ms,
    count() AS events
FROM (
    SELECT channel, at
    FROM {hers}
    WHERE name NOT IN {not_hers:Array(String)}
        AND name NOT IN ('Message Opened', 'Message Clicked')
        AND NOT (kind = 'identify' AND channel = 'import')
    UNION ALL
    SELECT channel, at
    FROM events_by_person
    PREWHERE person IN {atoms:Array(UInt32)} AND name IN ('Message Opened', 'Message Clicked')
    WHERE NOT JSONExtractBool(properties, 'machine')
)
GROUP BY channel
ORDER BY last_ms DESC, channel

-- name: deeds
-- How often she did what: the reports below are asked for only where there is something to tell.
SELECT name, count() FROM {hers}
GROUP BY name

-- name: orders
-- An order counts once, however many sources tell of it, at the worth that was told first;
-- cancelled ones do not count.
SELECT currency, count() AS orders, sum(worth) AS revenue, max(last_ms) AS last_ms
FROM (
    SELECT
        if(order_id = '', hex(event_id), order_id) AS number,
        argMin(currency, (at, event_id)) AS currency,
        argMin(value_minor, (at, event_id)) AS worth,
        toUnixTimestamp64Milli(min(at)) AS last_ms
    FROM {hers}
    WHERE name = 'Order Completed'
        AND (order_id = '' OR order_id NOT IN (
            SELECT order_id FROM events_by_person
            WHERE person IN {atoms:Array(UInt32)} AND name = 'Order Cancelled'))
    GROUP BY number
)
GROUP BY currency
ORDER BY revenue DESC, currency

-- name: refunds
SELECT currency, sum(value_minor) AS refunded
FROM events_by_person
WHERE person IN {atoms:Array(UInt32)} AND name = 'Order Refunded'
GROUP BY currency

-- name: last_viewed
-- First when, by narrow columns, then what.
SELECT toUnixTimestamp64Milli(at), properties
FROM {hers}
WHERE name = 'Product Viewed'
    AND at = (
        SELECT max(at) FROM {hers}
        WHERE name = 'Product Viewed')
ORDER BY event_id
LIMIT 1

-- name: answers
-- Messages sent to her since an instant, and how many of them she opened or followed herself.
SELECT
    channel,
    uniqExactIf(message, name = 'Message Sent') AS sent,
    uniqExactIf(message, name IN ('Message Opened', 'Message Clicked')) AS answered,
    uniqExactIf(message, name = 'Message Clicked') AS clicked
FROM (
    SELECT name, channel, JSONExtractString(properties, 'message') AS message
    FROM events_by_person
    PREWHERE person IN {atoms:Array(UInt32)}
        AND name IN ('Message Sent', 'Message Opened', 'Message Clicked')
        AND at >= fromUnixTimestamp64Milli({since_ms:Int64})
    WHERE NOT JSONExtractBool(properties, 'machine')
)
GROUP BY channel
ORDER BY channel

-- name: devices
-- Languages and zones her devices said in her latest 500 events.
SELECT locale, zone, count() AS events, toUnixTimestamp64Milli(max(at)) AS last_ms
FROM (
    SELECT
        at,
        JSONExtractString(context, 'locale') AS locale,
        JSONExtractString(context, 'timezone') AS zone
    FROM {hers}
    WHERE at >= (
            SELECT min(at) FROM (
                SELECT at FROM {hers}
                WHERE name NOT IN {not_hers:Array(String)}
                ORDER BY at DESC
                LIMIT 500))
)
WHERE locale != '' OR zone != ''
GROUP BY locale, zone
ORDER BY events DESC, last_ms DESC
LIMIT 50
