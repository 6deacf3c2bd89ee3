-- name: moved
-- How many steps everybody went: the number of her visit counts from one.
select coalesce(sum(visit), 0)::bigint, count(*), count(*) filter (where state = 2) from journey_run

-- name: waiting_probes
select r.run from journey_run r
join journey_version v on v.id = r.version join journey j on j.id = v.journey
where j.key = 'bench-probe' and r.state = 1 and r.step = 0

-- name: moved_probes
select run, step_at from journey_run where run = any(%(runs)s) and step = 1

-- name: all_runs
select count(*) from journey_run

-- name: make_bare
-- The same rows in a table with the same storage and the same indexes.
create table bare_run (like journey_run including all)
    with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
insert into bare_run select * from journey_run

-- name: bare_step
update bare_run
set step = %(step)s, visit = visit + 1, state = %(state)s, step_at = due_at,
    due_at = due_at + make_interval(hours => 1)

-- name: drop_bare
drop table bare_run
