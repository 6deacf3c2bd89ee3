-- name: unfilled
select count(*) from segment s left join segment_live l on l.segment = s.number
where s.state = 'active' and l.segment is null

-- name: sent
-- Whose each event of the load is, and in which body it was sent.
SELECT who, assumeNotNull(properties.body.:Int64) AS body
FROM events
WHERE batch < {below:UInt64} AND properties.body.:Int64 >= {first:Int64} AND who != 0

-- name: changes
-- When each answer changed: the instant it was asked about, and when that was written down.
SELECT who, toUnixTimestamp64Milli(at) AS asked_ms, toUnixTimestamp64Milli(received_at) AS told_ms
FROM events
WHERE name IN ('Segment Entered', 'Segment Left') AND at >= fromUnixTimestamp64Milli({from_ms:Int64})
