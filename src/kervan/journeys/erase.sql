-- name: stop_runs
-- Their timers find nothing due any more.
update journey_run set state = 5, due_at = 'infinity' where person = any(%(people)s) and state = 1

-- name: forget_signals
delete from journey_signal where person = any(%(people)s)

-- name: forget_contexts
delete from journey_context c using journey_run r where r.run = c.run and r.person = any(%(people)s)

-- name: expire
delete from journey_context where run in (
    select c.run from journey_context c join journey_run r on r.run = c.run
    where r.state <> 1 and r.step_at < %(before)s limit %(limit)s
)
