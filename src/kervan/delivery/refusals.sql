-- name: void_waiting
-- By the people of messages, for a refusal does not know runs; `state` keeps a long past away.
with gone as (
    delete from message_open
    where message in (
        select o.message from message m join message_open o on o.message = m.id
        where m.person = any(%(people)s) and m.state = 0 and m.class = any(%(classes)s)
            and m.channel = any(%(channels)s) and o.claimed_by is null
            -- What has another channel to go by is left to the gate, which sends it on.
            and (m.routes is null or m.route + 1 = jsonb_array_length(m.routes))
            and (%(brand)s::text is null or m.brand = %(brand)s) and %(topic)s in ('', m.topic)
        order by o.message for update of o skip locked)
    returning message, attempt
)
update message m
set state = %(state)s, reason = %(reason)s, finished_at = %(at)s, attempts = gone.attempt
from gone where m.id = gone.message
returning m.id, m.person, m.journey, m.version, m.step, m.run, m.channel

-- name: void_claimed
-- Waits for whoever is claiming such a row at this moment, so none slips through between the two.
update message_open o set cancelled = %(reason)s
from message m
where m.id = o.message and m.person = any(%(people)s) and m.state = 0 and m.class = any(%(classes)s)
    and m.channel = any(%(channels)s) and o.cancelled is null
    and (%(brand)s::text is null or m.brand = %(brand)s) and %(topic)s in ('', m.topic)

-- name: void_listed
-- Waiting on a list of ours. One that somebody has locked is being dialled: the gate judges it.
with gone as (
    update task set state = 5, ended_at = %(at)s, lease_until = null
    where message in (
        select t.message from task t join message m on m.id = t.message
        where t.person = any(%(people)s) and t.state in (0, 1) and m.class = any(%(classes)s)
            and t.kind = any(%(channels)s)
            and (%(brand)s::text is null or m.brand = %(brand)s) and %(topic)s in ('', m.topic)
        order by t.message for update of t skip locked)
    returning message
), handed as (
    delete from message_handed h using gone where h.message = gone.message
)
update message m set state = %(state)s, reason = %(reason)s, finished_at = %(at)s
from gone where m.id = gone.message and m.state = 10
returning m.id, m.person, m.journey, m.version, m.step, m.run, m.channel

-- name: atoms
-- All parts of the profiles that own these addresses, or that these people belong to.
with head as (
    select coalesce(p.merged_into, p.person) as head
    from identifier i join profile p on p.person = i.person
    where i.kind in (2, 3) and i.hash = any(%(contacts)s::uuid[])
    union
    select coalesce(merged_into, person) from profile where person = any(%(people)s::integer[])
)
select head, head from head
union all
select p.person, h.head from head h join profile p on p.merged_into = h.head
