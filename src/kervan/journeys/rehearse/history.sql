-- name: events
-- In a fixed order, so that the same history is read the same way. Numbers instead of names, and
-- properties only of what somebody asks about: most of a month is names and times.
SELECT who, at_ms, event_id, toUInt16(indexOf({names:Array(String)}, name)) AS code, properties
FROM ({parts})
WHERE who != 0
ORDER BY who, at_ms, event_id

-- name: bare
SELECT who, toUnixTimestamp64Milli(at) AS at_ms, event_id, name, '' AS properties
FROM events
WHERE name IN {bare:Array(String)} AND {window}

-- name: whole
SELECT who, toUnixTimestamp64Milli(at) AS at_ms, event_id, name, properties
FROM events_by_person
WHERE name IN {whole:Array(String)} AND {window}

-- name: window
at >= fromUnixTimestamp64Milli({from_ms:Int64}) AND at < fromUnixTimestamp64Milli({to_ms:Int64})
    AND NOT (name IN ('Message Opened', 'Message Clicked')
        AND coalesce(JSONExtractBool(toString(properties), 'machine'), false))
    AND who % 256 >= {first:UInt16} AND who % 256 < {last:UInt16}
    AND ({everybody:Bool} OR who IN {people:Array(UInt32)})
    AND who IN (
        SELECT who FROM events
        WHERE name IN {entries:Array(String)} AND at >= fromUnixTimestamp64Milli({from_ms:Int64})
            AND at < fromUnixTimestamp64Milli({to_ms:Int64})
    )

-- name: count
SELECT count() FROM events
WHERE name IN {names:Array(String)} AND at >= fromUnixTimestamp64Milli({from_ms:Int64})
    AND at < fromUnixTimestamp64Milli({to_ms:Int64})

-- name: entrants
SELECT DISTINCT who FROM events
WHERE name IN {entries:Array(String)} AND at >= fromUnixTimestamp64Milli({from_ms:Int64})
    AND at < fromUnixTimestamp64Milli({to_ms:Int64}) AND who != 0
ORDER BY who

-- name: begins
SELECT toUnixTimestamp64Milli(min(at)), count() FROM events
