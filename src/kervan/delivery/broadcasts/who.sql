-- name: zones
SELECT DISTINCT zone FROM people WHERE zone <> '' ORDER BY zone

-- name: people_in
-- Of everybody who is there her zone, as its place after the workspace's own (0).
SELECT person, toUInt16(indexOf({zones:Array(String)}, zone)) AS zone
FROM people FINAL WHERE NOT gone ORDER BY person

-- name: reacted
-- When each did it last: whether she did it after any instant is one comparison.
SELECT who AS person, toInt64(max(toUnixTimestamp64Milli(at))) AS last FROM events
WHERE name = {event:String} AND who != 0 AND at >= fromUnixTimestamp64Milli({since:Int64})
GROUP BY who ORDER BY who

-- name: happened
SELECT who AS person, toInt64(toUnixTimestamp64Milli(at)) AS at_ms FROM events
WHERE name = {event:String} AND who != 0 AND at >= fromUnixTimestamp64Milli({since:Int64})
    AND at < fromUnixTimestamp64Milli({until:Int64})
ORDER BY who
