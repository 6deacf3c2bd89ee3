-- name: stop_runs
-- Their timers find nothing due any more.
update journey_run set state = 5, due_at = 'infinity' where person = any(%(people)s) and state = 1

-- name: forget_signals
with together as (
    delete from journey_reunion where person = any(%(people)s)
)
delete from journey_signal where person = any(%(people)s)

-- name: forget_contexts
delete from journey_context c using journey_run r where r.run = c.run and r.person = any(%(people)s)

-- name: forget_points
delete from points_wish where person = any(%(people)s)

-- name: forget_notices
delete from journey_notice where person = any(%(people)s)

-- name: points
select points, reason, journey, at, taken_at from points_wish
where person = any(%(people)s) order by at, key

-- name: expire
delete from journey_context where run in (
    select c.run from journey_context c join journey_run r on r.run = c.run
    where r.state <> 1 and r.step_at < %(before)s limit %(limit)s
)

-- name: disclose
select j.key, v.number, r.entered_at, r.step, r.step_at, r.state = 1, r.run, c.context
from journey_run r
join journey_version v on v.id = r.version
join journey j on j.id = v.journey
left join journey_context c on c.run = r.run
where r.person = any(%(people)s)
order by r.entered_at, r.run
