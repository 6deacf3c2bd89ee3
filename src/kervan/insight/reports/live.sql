-- What is going on right now, by the time of receipt: history that is being imported counts too.

-- name: seconds
-- Events received in each of the last `seconds` whole seconds before `until_ms`; seconds without
-- any are left out.
select
    intDiv({until_ms:Int64} - 1 - toUnixTimestamp64Milli(received_at), 1000) as ago,
    count() as events
from events
where received_at >= fromUnixTimestamp64Milli({until_ms:Int64}) - toIntervalSecond({seconds:UInt32})
    and received_at < fromUnixTimestamp64Milli({until_ms:Int64})
group by ago
order by ago

-- name: sources
-- Events of each source that were received from one instant on and before another, and the latest.
select source, count() as events, toUnixTimestamp64Milli(max(received_at)) as latest
from events
where received_at >= fromUnixTimestamp64Milli({since_ms:Int64})
    and received_at < fromUnixTimestamp64Milli({until_ms:Int64})
group by source
order by source

-- name: total
select count() from events

-- name: latest_events
-- What was received most lately, whoever did it; 0 stands for somebody who is not known yet.
select
    who,
    toUnixTimestamp64Milli(received_at) as received_ms,
    name,
    source
from events
where received_at >= fromUnixTimestamp64Milli({since_ms:Int64})
order by received_at desc, at desc, event_id
limit {limit:UInt32}

-- name: latest_people
-- The people something happened to most lately, leaving out `quiet` sources (imported history).
select
    who,
    toUnixTimestamp64Milli(max(received_at)) as latest,
    argMax(name, (received_at, at)) as what
from events
where received_at >= fromUnixTimestamp64Milli({since_ms:Int64})
    and who != 0
    and source not in {quiet:Array(UInt16)}
group by who
order by latest desc
limit {limit:UInt32}
