-- name: messages
-- Of each journey since an instant: messages that were sent or failed, and how many failed.
select
    assumeNotNull(properties.journey.:String) as journey,
    uniqExact(properties.message.:String) as tried,
    uniqExactIf(properties.message.:String, name = 'Message Failed') as failed
from events
where name in ('Message Sent', 'Message Failed') and properties.journey.:String is not null
    and at >= fromUnixTimestamp64Milli({since_ms:Int64})
group by journey

-- name: entered
-- When somebody last came into each journey.
select
    assumeNotNull(properties.journey.:String) as journey,
    toUnixTimestamp64Milli(max(at)) as last_ms
from events
where name = 'Journey Entered' and properties.journey.:String is not null
group by journey
