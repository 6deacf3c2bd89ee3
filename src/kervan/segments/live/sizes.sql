-- name: changes
-- Who entered and left, by day: each event falls to the last edge before it.
SELECT roundDown(toUnixTimestamp64Milli(at), {edges:Array(Int64)}) AS edge,
    countIf(name = {entered:String}), countIf(name = {left:String})
FROM events
WHERE name IN ({entered:String}, {left:String}) AND properties.segment.:String = {key:String}
    AND at >= fromUnixTimestamp64Milli({first:Int64})
GROUP BY edge
