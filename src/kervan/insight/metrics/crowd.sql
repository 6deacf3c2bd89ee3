-- name: new
-- Profiles first known in each of the periods; who is no profile of her own today is none.
select
    countIf(known_since >= fromUnixTimestamp64Milli({now_ms:Int64})),
    countIf(known_since < fromUnixTimestamp64Milli({now_ms:Int64}))
from people final
where not gone
    and known_since >= fromUnixTimestamp64Milli({begin_ms:Int64})
    and known_since < fromUnixTimestamp64Milli({end_ms:Int64})

-- name: deeds
-- What people did themselves: not what Kervan did, nor a list that names them, nor a machine.
-- Only of messages are properties read, which cost most.
select who as doer, at
from events
where who != 0 and source != 0
    and name not in ('Message Opened', 'Message Clicked')
    and not (kind = 'identify' and channel = 'import')
    and at >= fromUnixTimestamp64Milli({begin_ms:Int64})
    and at < fromUnixTimestamp64Milli({end_ms:Int64})
union all
select who as doer, at
from events
where who != 0
    and name in ('Message Opened', 'Message Clicked', 'Unsubscribed', 'Message Received')
    and (source = 0 or name in ('Message Opened', 'Message Clicked'))
    and not ifNull(properties.machine.:Bool, false)
    and at >= fromUnixTimestamp64Milli({begin_ms:Int64})
    and at < fromUnixTimestamp64Milli({end_ms:Int64})

-- name: active
select
    groupBitmapIf(doer, at >= fromUnixTimestamp64Milli({now_ms:Int64})),
    groupBitmapIf(doer, at < fromUnixTimestamp64Milli({now_ms:Int64}))
from ({deeds})

-- name: newcomers
select person, toUnixTimestamp64Milli(known_since) as at_ms, 1 as times, '' as money, 0 as minor
from people final
where not gone
    and known_since >= fromUnixTimestamp64Milli({begin_ms:Int64})
    and known_since < fromUnixTimestamp64Milli({end_ms:Int64})
    and (at_ms, person) < ({after_ms:Int64}, {after:UInt32})
order by at_ms desc, person desc
limit {limit:UInt32}

-- name: doers
select doer as person, toUnixTimestamp64Milli(max(at)) as at_ms, count() as times, '' as money,
    0 as minor
from ({deeds})
group by person
having (at_ms, person) < ({after_ms:Int64}, {after:UInt32})
order by at_ms desc, person desc
limit {limit:UInt32}
