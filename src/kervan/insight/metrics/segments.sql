-- name: live
select s.number, s.key, s.name from segment s join segment_live l on l.segment = s.number
where s.state = 'active' order by s.number

-- name: inside
select person, inside from membership where person = any(%(people)s::integer[])

-- name: changes
-- Who entered and left the segments from `begin_ms` on, of some people or of everybody.
select who as person, properties.segment.:String as segment, toUnixTimestamp64Milli(at) as at_ms,
    name = {entered:String} as entered
from events
where name in ({entered:String}, {left:String})
    and at >= fromUnixTimestamp64Milli({begin_ms:Int64})
    and ({everybody:Bool} or who in {people:Array(UInt32)})
    and properties.segment.:String in {segments:Array(String)}
order by person, at_ms
