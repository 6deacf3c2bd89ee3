-- name: last_seen
-- When each was seen last: by herself, not by a machine that opens mails, and not in what was done
-- about her. Properties, which cost most to read, are read of messages only.
SELECT who AS person, toUnixTimestamp64Milli(max(at)) AS value
FROM (
    SELECT who, at FROM events
    WHERE name NOT IN {not_hers:Array(String)} AND name NOT IN ('Message Opened', 'Message Clicked')
        AND NOT (kind = 'identify' AND channel = 'import')
    UNION ALL
    SELECT who, at FROM events
    WHERE name IN ('Message Opened', 'Message Clicked') AND NOT ifNull(properties.machine.:Bool, false)
)
WHERE person != 0
GROUP BY person
ORDER BY person

-- name: worth
-- What each has brought in one currency, refunds taken off, and her orders in any. An order counts
-- once, however many sources tell of it, at the worth that was told first; cancelled ones do not
-- count.
SELECT person, toInt64(sumIf(worth, money = {currency:String})) AS value,
    toUInt32(sum(counts)) AS orders
FROM (
    SELECT argMin(who, (at, event_id)) AS person, argMin(value_minor, (at, event_id)) AS worth,
        1 AS counts, argMin(currency, (at, event_id)) AS money
    FROM events
    WHERE name = 'Order Completed' AND (order_id = '' OR order_id NOT IN (
        SELECT order_id FROM events WHERE name = 'Order Cancelled'))
    GROUP BY if(order_id = '', toString(event_id), order_id)
    UNION ALL
    SELECT who AS person, -value_minor AS worth, 0 AS counts, currency AS money
    FROM events WHERE name = 'Order Refunded'
)
WHERE person != 0
GROUP BY person
ORDER BY person

-- name: currency
-- The one most orders are in.
SELECT currency FROM events WHERE name = 'Order Completed' AND currency != ''
GROUP BY currency ORDER BY count() DESC, currency LIMIT 1

-- name: rows
SELECT person, toUnixTimestamp64Milli(known_since) AS known_since_ms, language, country,
    address, verified, suppressed,
    [marketing_email, marketing_sms, marketing_call, marketing_whatsapp, marketing_push] AS until_ms
FROM people FINAL
WHERE person IN {people:Array(UInt32)} AND NOT gone

-- name: scored
SELECT person, rfm_group, life_cycle FROM scores FINAL WHERE person IN {people:Array(UInt32)}

-- name: known_since
SELECT person, toUnixTimestamp64Milli(known_since) AS value FROM people FINAL WHERE NOT gone
ORDER BY person
