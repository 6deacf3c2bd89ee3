-- name: timeline
SELECT
    lower(hex(event_id)), toUnixTimestamp64Milli(at), name, kind, channel, source, order_id,
    currency, value_minor, properties
FROM events_by_person
WHERE (person = {person:UInt32} OR (person = 0 AND session IN {sessions:Array(UInt64)}
        AND session != 0))
    AND at < fromUnixTimestamp64Milli({before:Int64})
ORDER BY at DESC, event_id
LIMIT {limit:UInt32}

-- name: count_person
SELECT count() FROM events_by_person
WHERE person = {person:UInt32}
    OR (person = 0 AND session IN {sessions:Array(UInt64)} AND session != 0)
