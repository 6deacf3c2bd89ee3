-- name: seen
-- What she did with these pieces, wherever she was: under her own name, or on a visit of hers.
SELECT JSONExtractString(properties, 'campaign') AS campaign, name,
    toUnixTimestamp64Milli(at) AS at_ms
FROM events_by_person
WHERE (person IN {people:Array(UInt32)}
        OR (person = 0 AND session != 0 AND session IN {sessions:Array(UInt64)}))
    AND name IN ('Onsite Shown', 'Onsite Held Out', 'Onsite Closed', 'Onsite Converted')
    AND campaign IN {campaigns:Array(String)}
LIMIT 1 BY event_id
