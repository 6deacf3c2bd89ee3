-- name: zones
SELECT DISTINCT zone FROM people ORDER BY zone

-- name: birthdays
-- Whose birthday is one of the days asked for in her zone; who has none that is known lives in the
-- workspace's. `which` is the place of the day among those asked for.
SELECT person, toUInt16(indexOf(arrayZip({zones:Array(String)}, {days:Array(UInt16)}),
    (if(has({strange:Array(String)}, zone), {own:String}, zone), birthday)) - 1) AS which
FROM people FINAL
WHERE NOT gone AND birthday IN {days:Array(UInt16)} AND has(
    arrayZip({zones:Array(String)}, {days:Array(UInt16)}),
    (if(has({strange:Array(String)}, zone), {own:String}, zone), birthday))
ORDER BY person

-- name: moments
-- Whose date lies in one of the spans asked for in her zone: from `starts` to before `ends` (ms).
SELECT person, toUInt16(arrayFirstIndex(
    (z, a, b) -> z = if(has({strange:Array(String)}, zone), {own:String}, zone)
        AND moments[{field:String}] >= a AND moments[{field:String}] < b,
    {zones:Array(String)}, {starts:Array(Int64)}, {ends:Array(Int64)}) - 1) AS which
FROM people FINAL
WHERE NOT gone AND mapContains(moments, {field:String}) AND arrayExists(
    (z, a, b) -> z = if(has({strange:Array(String)}, zone), {own:String}, zone)
        AND moments[{field:String}] >= a AND moments[{field:String}] < b,
    {zones:Array(String)}, {starts:Array(Int64)}, {ends:Array(Int64)})
ORDER BY person
