-- name: anything
-- The cheap question of an idle worker: two looks at the left end of an index.
select coalesce((select min(at) from journey_signal) <= %(at)s, false)
    or coalesce((select min(due_at) from journey_timer) <= %(at)s, false)

-- name: take_timers
-- Wake-ups that are due, oldest first, at most `rows` of them and at most `limit` runs. The order
-- of equal times is the order of insertion, which is that of the runs on disk.
with due as materialized (
    select ctid as place, sum(cardinality(runs)) over (order by due_at rows unbounded preceding)
        as runs_so_far
    from (
        select ctid, due_at, runs from journey_timer
        where due_at <= %(at)s and bucket = any(%(buckets)s::smallint[])
        order by due_at limit %(rows)s
    ) as oldest
),
taken as (
    delete from journey_timer
    where ctid = any(array(select place from due where runs_so_far <= %(limit)s))
    returning runs
)
select array_agg(run), array[(select count(*) from taken)] from taken, unnest(runs) as run

-- name: take_signals
-- Not of those whose runs are still on their way from another bucket (follow.py). Of one person
-- at most `each`: a turn has as many rounds as somebody has signals in it.
delete from journey_signal where ctid = any(array(
    select place from (
        select place, row_number() over (partition by person order by at, event_id) as number
        from (
            select ctid as place, person, at, event_id from journey_signal
            where at <= %(at)s and bucket = any(%(buckets)s::smallint[])
                and person <> all(array(
                    select new from journey_move union all select person from journey_reunion))
            order by at, event_id limit %(limit)s
        ) as oldest
    ) as numbered
    where number <= %(each)s
))
returning at, person, name, event_id, properties

-- name: load_runs
-- The runs behind due timers, and all runs of people with signals. A run whose person changed has
-- another timer, in her new bucket.
select array_agg(ctid), array_agg(run), array_agg(version), array_agg(person), array_agg(step),
    array_agg(visit), array_agg(state), array_agg(entered_at), array_agg(step_at),
    array_agg(due_at), array_agg(goal_at), array_agg(key), array_agg(ghost::int::smallint)
from (
    select ctid, * from journey_run
    where run = any(%(runs)s) and person %% 256 = any(%(buckets)s::smallint[])
    union all
    select ctid, * from journey_run where person = any(%(people)s) and not run = any(%(runs)s)
) as found

-- name: take_due_runs
-- Wake-ups that are due, oldest first, at most `rows` of them and at most `limit` runs. The order
-- of equal times is the order of insertion, which is that of the runs on disk. Then the runs
-- behind them, without those that were moved meanwhile. What time alone cannot ask for or change
-- stays where it is; an array costs as much as what is in it, so four small columns are one.
with due as materialized (
    select ctid as place, sum(cardinality(runs)) over (order by due_at rows unbounded preceding)
        as runs_so_far
    from (
        select ctid, due_at, runs from journey_timer
        where due_at <= %(at)s and bucket = any(%(buckets)s::smallint[])
        order by due_at limit %(rows)s
    ) as oldest
),
taken as (
    delete from journey_timer
    where ctid = any(array(select place from due where runs_so_far <= %(limit)s))
    returning runs
)
select array_agg(ctid), array_agg(run), array_agg(person), array_agg(due_at),
    array_agg(entered_at),
    array_agg((version::bigint << 32) | (step::bigint << 16) | (ghost::int << 15) | visit),
    array[(select count(*) from taken), (select coalesce(sum(cardinality(runs)), 0) from taken)]
from journey_run
where run = any(array(select unnest(runs) from taken)) and state = 1 and due_at <= %(at)s
    and person %% 256 = any(%(buckets)s::smallint[])

-- name: number_runs
select array_agg(nextval('journey_run_number')) from generate_series(1, %(count)s)

-- name: add_runs
copy journey_run
    (run, version, person, step, visit, state, entered_at, step_at, due_at, goal_at, key, ghost)
from stdin (format binary)

-- name: move_alike
-- People whose rows change in the same way, however many: the new row is made in place. A wait of
-- seconds only is added without going through the calendar.
update journey_run
set step = %(step)s, visit = visit + %(visits)s, state = %(state)s, step_at = due_at,
    due_at = due_at + make_interval(secs => %(wait_seconds)s)
where ctid = any(%(places)s)

-- name: finish_alike
update journey_run
set step = %(step)s, visit = visit + %(visits)s, state = %(state)s, step_at = due_at,
    due_at = 'infinity'
where ctid = any(%(places)s)

-- name: move_each
update journey_run as run
set step = new.step, visit = new.visit, state = new.state, step_at = new.step_at,
    due_at = new.due_at, goal_at = new.goal_at
from unnest(%(places)s, %(step)s, %(visit)s, %(state)s, %(step_at)s, %(due_at)s, %(goal_at)s)
    as new (place, step, visit, state, step_at, due_at, goal_at)
where run.ctid = new.place

-- name: add_timers
-- `runs` holds all runs in the order of their timers; each timer is a slice of it.
insert into journey_timer (due_at, bucket, runs)
select due_at, bucket, (%(runs)s)[first:last]
from unnest(%(due_at)s, %(bucket)s, %(first)s, %(last)s) as timer (due_at, bucket, first, last)

-- name: add_own_timers
-- For those who are alone with their time: much cheaper than a slice of one.
insert into journey_timer (due_at, bucket, runs)
select due_at, bucket, array[run]
from unnest(%(due_at)s, %(bucket)s, %(runs)s) as timer (due_at, bucket, run)

-- name: by_place
-- Rows are found by their place on disk or their number; joining by reading whole tables, which
-- the planner prefers for thousands of rows, would make a step cost what all people cost.
select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
    set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)

-- name: contexts
select run, context from journey_context where run = any(%(runs)s)

-- name: add_contexts
copy journey_context (run, context) from stdin (format binary)

-- name: keep_contexts
insert into journey_context (run, context)
select run, context from unnest(%(runs)s, %(contexts)s) as new (run, context)
on conflict (run) do update set context = excluded.context

-- name: edition
select number from journey_edition

-- name: live
select journey.id, journey.live_version from journey where journey.live_version is not null

-- name: versions
select version.id, journey.id, version.number, version.text, version.templates,
    version.state = 'stopped', journey.paused_at is not null
from journey_version as version join journey on journey.id = version.journey
where version.id = any(%(ids)s)
