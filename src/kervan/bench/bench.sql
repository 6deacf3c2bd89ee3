-- name: waiting
-- Events not yet resolved, and batches not yet in ClickHouse.
select (select coalesce(sum(events), 0)::bigint from kervan.intake where batch is null),
    (select count(*) from kervan.batch)

-- name: intake_rows
select day, received_at, events, body from kervan.intake
where workspace = %(workspace)s and id > %(after)s order by id

-- name: last_intake
select coalesce(max(id), 0) from kervan.intake

-- name: workspace
select id from kervan.workspace where key = %(key)s

-- name: copy_intake
copy kervan.intake (day, workspace, received_at, events, body) from stdin (format binary)

-- name: signal_all
-- Everybody does the same thing, `spread` seconds from the first to the last.
insert into journey_signal (at, person, bucket, name, event_id, properties)
select %(at)s::timestamptz + i * (%(spread)s::double precision / %(people)s) * interval '1 second',
    i, i %% 256, 'Product Added', decode(md5(i::text || %(name)s::text), 'hex'), '{}'::bytea
from generate_series(1, %(people)s) as i

-- name: bare_table
create table bare_run (like journey_run including all) with (fillfactor = 50)

-- name: fill_bare
insert into bare_run select * from journey_run where state = 1 order by ctid

-- name: bare_update
-- The least a step can be: each row gets its new place and its new time.
update bare_run set step = step + 1, visit = visit + 1, step_at = due_at,
    due_at = due_at + interval '1 day'
where state = 1

-- name: drop_bare
drop table if exists bare_run

-- name: tidy
vacuum (analyze) journey_run

-- name: tidy_signals
vacuum (analyze) journey_signal

-- name: tidy_timers
vacuum (analyze) journey_timer

-- name: tidy_bare
vacuum (analyze) bare_run

-- name: checkpoint
checkpoint

-- name: forget_runs
truncate journey_run, journey_timer, journey_signal, journey_context, kervan.intake
