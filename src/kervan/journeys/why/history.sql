-- name: events
SELECT lower(hex(event_id)), properties FROM events_by_person
WHERE (person IN {people:Array(UInt32)} OR (person = 0 AND session IN {sessions:Array(UInt64)}))
    AND hex(event_id) IN {ids:Array(String)}

-- name: triggers
-- The latest events of a name that she caused, also before we knew that it was she.
SELECT lower(hex(event_id)), toUnixTimestamp64Milli(at), properties FROM events_by_person
WHERE (person IN {people:Array(UInt32)} OR (person = 0 AND session IN {sessions:Array(UInt64)}))
    AND name = {name:String}
ORDER BY at DESC, event_id
LIMIT {limit:UInt32}
