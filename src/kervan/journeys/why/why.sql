-- name: journey
select j.id, v.id, v.number, v.text, v.state, v.created_at, v.id = j.live_version
from journey j
join journey_version v on v.journey = j.id
where j.key = %(key)s
order by v.number

-- name: runs
-- Of her, whoever she has been.
select r.run, r.version, r.state, r.step, r.entered_at, r.step_at,
    case when r.due_at < 'infinity' then r.due_at end, r.ghost
from journey_run r
where r.person = any(%(people)s::integer[]) and r.version = any(%(versions)s::integer[])
order by r.entered_at desc, r.run desc
limit %(limit)s

-- name: messages
-- The latest, in their order.
select id, run from (
    select id, run, intended_at from message
    where person = any(%(people)s::integer[]) and run = any(%(runs)s::bigint[])
    order by intended_at desc, id desc
    limit %(limit)s
) as latest
order by intended_at, id

-- name: everything
select v.id, j.key, v.number, v.text
from journey_version v join journey j on j.id = v.journey

-- name: all_runs
select run from journey_run where person = any(%(people)s::integer[]) order by run
