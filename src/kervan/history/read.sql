-- name: timeline
-- What comes after one event in the order of the answer, which no two events share: a
-- millisecond may hold many.
SELECT
    lower(hex(event_id)), toUnixTimestamp64Milli(at), name, kind, channel, source, order_id,
    currency, value_minor, properties
FROM events_by_person
WHERE (person = {person:UInt32} OR (person = 0 AND session IN {sessions:Array(UInt64)}
        AND session != 0))
    AND at <= fromUnixTimestamp64Milli({at_ms:Int64})
    AND (at < fromUnixTimestamp64Milli({at_ms:Int64}) OR event_id > unhex({event_id:String}))
ORDER BY at DESC, event_id
LIMIT {limit:UInt32}

-- name: count_person
SELECT count() FROM events_by_person
WHERE person = {person:UInt32}
    OR (person = 0 AND session IN {sessions:Array(UInt64)} AND session != 0)
