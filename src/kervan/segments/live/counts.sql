-- name: filled
-- The segments whose members ClickHouse has, as they are kept in PostgreSQL.
select l.segment
from segment_live l join membership_kept k on k.segment = l.segment and k.digest = l.digest

-- name: members
-- All segments in one look: the bits of a word are added up in pairs, each with 32 bits of room.
SELECT word, {pairs} FROM memberships FINAL GROUP BY word

-- name: pair
sum(bitAnd(bitShiftRight(inside, {bit}), 4294967297))

-- name: listed
SELECT l.list, uniqExact(l.who) FROM list_members AS l FINAL
WHERE NOT l.gone AND l.who IN (SELECT people.person FROM people FINAL WHERE NOT gone)
GROUP BY l.list

-- name: grown
-- By how many more people entered than left.
SELECT properties.segment.:String AS key,
    toInt64(countIf(name = {entered:String})) - toInt64(countIf(name = {left:String}))
FROM events
WHERE name IN ({entered:String}, {left:String}) AND at >= fromUnixTimestamp64Milli({since_ms:Int64})
GROUP BY key
