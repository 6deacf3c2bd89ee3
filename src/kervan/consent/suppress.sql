-- name: add
insert into contact_suppression (contact, channel, reason, at, message)
select contact, %(channel)s, %(reason)s, %(at)s, message
from unnest(%(contacts)s::uuid[], %(messages)s::uuid[]) as n (contact, message)
on conflict (contact, channel) do nothing

-- name: check
-- One reason each: that of the channel before that of all channels.
select distinct on (contact) contact, reason from contact_suppression
where contact = any(%(contacts)s) and channel in (%(channel)s, '')
order by contact, channel desc

-- name: lift
delete from contact_suppression
where contact = any(%(contacts)s) and channel = %(channel)s and reason = %(reason)s
