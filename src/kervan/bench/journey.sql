-- name: live_version
select live_version from journey where key = %(key)s

-- name: empty
truncate journey_run, journey_timer

-- name: fill_runs
-- Everybody stands in the first step, entered in the order of their numbers.
insert into journey_run
    (run, version, person, step, visit, state, entered_at, step_at, due_at, goal_at)
select n, %(version)s, n, 0, 1, 1, at, at, at + %(wait)s, 'infinity'
from (
    select n, %(first)s::timestamptz + n * %(apart)s::interval as at
    from generate_series(1, %(people)s::bigint) as n
) as entered

-- name: fill_timers
-- As `journeys` sets them, a batch of people at a time: a row holds those of a bucket and a time.
insert into journey_timer (due_at, bucket, runs)
select due_at, person % 256, array_agg(run order by run)
from journey_run group by due_at, person % 256, run / 20000
order by run / 20000, due_at

-- name: make_bare
-- The same rows in a table with the same storage and the same indexes.
create table bare_run (like journey_run including all)
    with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
insert into bare_run select * from journey_run

-- name: bare_step
update bare_run
set step = 1, visit = 2, state = 1, step_at = due_at, due_at = due_at + make_interval(secs => %(wait_seconds)s)

-- name: drop_bare
drop table bare_run

-- name: settle
vacuum (analyze) {table}

-- name: checkpoint
checkpoint

-- name: standing
select step, visit, state, count(*) from journey_run group by 1, 2, 3

-- name: timers
select coalesce(sum(cardinality(runs)), 0)::bigint from journey_timer
