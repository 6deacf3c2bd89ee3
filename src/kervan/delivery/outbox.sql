-- name: intend
-- What is already intended under the same key stays as it is. What many have in common comes once:
-- `kind` is its place in those arrays.
with kept as (
    insert into message (id, key, person, bucket, journey, version, step, run, channel, class,
        template_version, context, intended_at, not_before, expires_at, contact, topic, brand,
        priority, routes, choice, hold_out)
    select id, key, person, person %% 256, (%(journeys)s)[kind], (%(versions)s)[kind],
        (%(steps)s)[kind], run, (%(channels)s)[kind], (%(classes)s)[kind], (%(templates)s)[kind],
        context, at, not_before, expires, contact, (%(topics)s)[kind], (%(brands)s)[kind],
        (%(priorities)s)[kind], ((%(routes)s)[kind])::jsonb,
        convert_from(choice, 'UTF8')::jsonb, hold_out
    from unnest(%(ids)s, %(keys)s, %(people)s, %(runs)s, %(kinds)s, %(contexts)s, %(at)s,
        %(not_before)s, %(expires)s, %(contacts)s, %(choices)s, %(hold_outs)s)
        as given (id, key, person, run, kind, context, at, not_before, expires, contact, choice,
            hold_out)
    on conflict (key) do nothing
    returning id, channel, run, not_before, class
)
insert into message_open (message, channel, run, due_at, lane)
select id, channel, run, not_before, case class when 'marketing' then 1 else 0 end from kept

-- name: waiting
select run from message_open where run = any(%(runs)s)
union
select run from task where run = any(%(runs)s) and state in (0, 1)

-- name: passages
select id, version, key from message where id = any(%(ids)s)

-- name: cancel_waiting
-- Rows another sender holds are marked instead: it may be too late for this attempt.
with asked as materialized (
    select * from unnest(%(runs)s, %(at)s, %(reasons)s) as asked (run, at, reason)
), gone as (
    delete from message_open
    where message in (
        select message from message_open
        where run = any(%(runs)s) and claimed_by is null
        order by message for update skip locked)
    returning message, attempt, run
)
update message m
set state = %(state)s, reason = asked.reason, finished_at = asked.at, attempts = gone.attempt
from gone join asked on asked.run = gone.run where m.id = gone.message
returning m.id, m.person, m.journey, m.version, m.step, m.run, m.channel

-- name: cancel_claimed
update message_open o set cancelled = asked.reason
from unnest(%(runs)s, %(reasons)s) as asked (run, reason)
where o.run = asked.run and o.cancelled is null

-- name: cancel_listed
-- What waits on a list of ours for one of us: taken back, unless she is being called right now.
with asked as materialized (
    select * from unnest(%(runs)s, %(at)s, %(reasons)s) as asked (run, at, reason)
), gone as (
    update task set state = 5, ended_at = asked.at, lease_until = null
    from asked where task.run = asked.run and task.state in (0, 1)
    returning task.message, asked.at, asked.reason
), handed as (
    delete from message_handed h using gone where h.message = gone.message
)
update message m set state = %(state)s, reason = gone.reason, finished_at = gone.at
from gone where m.id = gone.message and m.state = 10
returning m.id, m.person, m.journey, m.version, m.step, m.run, m.channel

-- name: waiting_of
select m.id, m.run, m.person, m.context
from message_open o join message m on m.id = o.message
where o.run = any(%(runs)s) and o.claimed_by is null
order by m.id for update of o skip locked

-- name: follow
update message m
set person = new.person, bucket = new.person %% 256, context = new.context
from unnest(%(ids)s::uuid[], %(people)s::integer[], %(contexts)s::bytea[])
    as new (id, person, context)
where m.id = new.id

-- name: stop
insert into sending_stop (scope, reason, since, everything, author)
values (%(scope)s, %(reason)s, %(at)s, %(everything)s, %(author)s)
on conflict (scope) do update set everything = true
where excluded.everything and not sending_stop.everything

-- name: resume
delete from sending_stop where scope = %(scope)s

-- name: resumed
insert into sending_resumed (at) values (%(at)s) on conflict do nothing

-- name: drop
insert into sending_drop (scope, everything, intended_until, reason)
select scope, everything, %(until)s, reason from sending_stop where scope = %(scope)s
on conflict (scope) do update set everything = sending_drop.everything or excluded.everything,
    intended_until = greatest(sending_drop.intended_until, excluded.intended_until),
    reason = excluded.reason

-- name: stops
select scope, reason, everything, since, author, null::timestamptz from sending_stop
union all
select scope, reason, everything, intended_until, '', intended_until from sending_drop
