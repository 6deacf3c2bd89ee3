-- name: to_hold
select o.id, o.brand, c.sealed, p.key
from registry_outbox o
join contact_point c on c.hash = o.contact
join profile p on p.person = c.person
where o.contact = any(%(contacts)s::uuid[]) and o.status = 'RET' and o.address is null
    and o.state in ('waiting', 'sending', 'pending', 'doubt')
for update of o

-- name: hold
update registry_outbox o
set address = n.address, address_key = n.key, held_until = n.until
from unnest(%(ids)s::bigint[], %(addresses)s::bytea[], %(keys)s::bytea[],
    %(untils)s::timestamptz[]) as n (id, address, key, until)
where o.id = n.id

-- name: give_up
-- What is under way may still be settled by its request; nobody can be asked about it any more.
update registry_outbox
set address = null, address_key = null,
    state = case when state in ('waiting', 'doubt') then 'worthless' else state end,
    reason = case when state in ('waiting', 'doubt') then 'given_up' else reason end,
    ended_at = case when state in ('waiting', 'doubt') then %(at)s::timestamptz else ended_at end
where address is not null and held_until <= %(at)s
returning state

-- name: of_people
select count(*) filter (where ended_at is null),
    max(held_until) filter (where ended_at is null and address is not null),
    count(*) filter (where state in ('done', 'dropped')),
    count(*) filter (where state in ('refused', 'worthless'))
from registry_outbox o join consent_event e on e.id = o.consent_event
where e.person = any(%(people)s) and o.status = 'RET'
    and (o.ended_at is null or o.ended_at >= %(since)s)

-- name: given_up_since
-- Of erased people: those of others are the registry's own alarm.
select count(*) from registry_outbox
where status = 'RET' and ended_at >= %(since)s and state in ('refused', 'worthless')
    and (held_until is not null or reason = 'erased')
