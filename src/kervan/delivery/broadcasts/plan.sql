-- name: unmoved
-- The messages of the first leg in the order of their keys, which is that of people: whose each is,
-- when it went, and whether it reached her and no click of hers is known.
select ('x' || encode(substr(key, 13, 4), 'hex'))::bit(32)::integer, handed_at,
    state = any(%(reached)s) and clicked_at is null
from message
where key > 'brdc'::bytea || int4send(%(broadcast)s) || int4send(1) || int4send(%(after)s::integer)
    and key < 'brdc'::bytea || int4send(%(broadcast)s) || int4send(2)
order by key limit %(limit)s

-- name: converted
-- Of each variant how many did it after they got theirs.
select m.step, count(*)
from unnest(%(people)s::integer[], %(at)s::bigint[]) as g (person, at)
join message m on m.key = 'brdc'::bytea || int4send(%(broadcast)s) || int4send(1)
    || int4send(g.person)
where m.state = any(%(reached)s) and m.handed_at <= to_timestamp(g.at / 1000.0)
group by m.step

-- name: cancel
-- What no sender holds ends, in no order, for nobody is waited for; the others are withheld by their
-- journal, and come back to the gate.
with gone as (
    delete from message_open
    where message in (
        select message from message_open
        where run = %(run)s and claimed_by is null
        limit %(limit)s for update skip locked)
    returning message, attempt
)
update message m
set state = %(state)s, reason = %(reason)s, finished_at = %(at)s, attempts = gone.attempt
from gone where m.id = gone.message
returning m.id, m.person, m.journey, m.version, m.step, m.run, m.channel

-- name: cancel_claimed
update message_open set cancelled = %(reason)s
where run = %(run)s and claimed_by is not null and cancelled is null

-- name: got
-- Of these people who got it, or would have, by which variant and when: 8 is a ghost.
select g.person, case m.state when 8 then '' else m.step end,
    (extract(epoch from coalesce(m.handed_at, m.finished_at)) * 1000)::bigint
from unnest(%(people)s::integer[]) as g (person)
join message m on m.key = 'brdc'::bytea || int4send(%(broadcast)s) || int4send(1)
    || int4send(g.person)
where m.state = any(%(reached)s) or m.state = 8
order by g.person
