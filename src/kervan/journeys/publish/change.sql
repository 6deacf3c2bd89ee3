-- name: note
insert into journey_change (journey, kind, version, froms, settings, at)
values (%(journey)s, %(kind)s, %(version)s, %(froms)s, %(settings)s::jsonb, %(at)s)
returning id

-- name: note_buckets
insert into journey_change_bucket (change, bucket)
select %(change)s, bucket from generate_series(0, 255) as bucket

-- name: anything
select exists (select from journey_change_bucket) or exists (select from journey_change_runs)

-- name: take_buckets
delete from journey_change_bucket where bucket = any(%(buckets)s::smallint[])
returning change, bucket

-- name: list
-- Once per change and worker, in the first turn that sees it: from then on the worker lets nobody
-- in by a version that is not live any more, so nobody is missed. A stopped timer is looked for
-- also where its run has ended meanwhile.
insert into journey_change_runs (change, bucket, runs)
select change.id, found.bucket, array_agg(found.run order by found.run)
from journey_change as change
cross join lateral (
    select r.run, (r.person %% 256)::smallint as bucket,
        (row_number() over (partition by r.person %% 256 order by r.run) - 1) / 1000 as part
    from journey_run r
    where r.version = any(change.froms) and r.person %% 256 = any(%(buckets)s::smallint[])
        and (r.state = 1 or (
            change.kind in ('resume', 'stop')
            and exists (select from journey_held h where h.run = r.run)))
) as found
where change.id = %(change)s
group by change.id, found.bucket, found.part

-- name: take_runs
delete from journey_change_runs where id = any(array(
    select id from journey_change_runs where bucket = any(%(buckets)s::smallint[])
    order by id limit %(limit)s
))
returning id, change, runs

-- name: pass_on
-- Runs whose person changed her bucket on the way (follow.py): to whoever holds the new one.
insert into journey_change_runs (change, bucket, runs)
select %(change)s, (person %% 256)::smallint, array_agg(run)
from journey_run
where run = any(%(runs)s) and state = 1 and person %% 256 <> all(%(buckets)s::smallint[])
group by person %% 256

-- name: change
select c.kind, c.version, c.froms, c.settings, c.at,
    case when j.pause_timers = 'stop' then j.paused_at end
from journey_change c join journey j on j.id = c.journey
where c.id = %(change)s

-- name: texts
select id, text from journey_version where id = any(%(versions)s)

-- name: stand
-- Times in ms UTC, null for none.
select r.run, r.person, r.version, r.step, (extract(epoch from r.entered_at) * 1000)::bigint,
    (extract(epoch from r.step_at) * 1000)::bigint,
    case when r.due_at < 'infinity' then (extract(epoch from r.due_at) * 1000)::bigint end,
    (extract(epoch from h.due_at) * 1000)::bigint
from journey_run r left join journey_held h on h.run = r.run
where r.run = any(%(runs)s) and r.version = any(%(versions)s) and r.state = 1
    and r.person %% 256 = any(%(buckets)s::smallint[])
order by r.run

-- name: carry
update journey_run r
set version = %(version)s, step = new.step,
    due_at = coalesce(timestamptz 'epoch' + new.due * interval '1 ms', 'infinity')
from unnest(%(runs)s::bigint[], %(steps)s::smallint[], %(dues)s::bigint[]) as new (run, step, due)
where r.run = new.run

-- name: set_due
update journey_run r
set due_at = coalesce(timestamptz 'epoch' + new.due * interval '1 ms', 'infinity')
from unnest(%(runs)s::bigint[], %(dues)s::bigint[]) as new (run, due)
where r.run = new.run

-- name: wake
insert into journey_timer (due_at, bucket, runs)
select timestamptz 'epoch' + due * interval '1 ms', bucket, array_agg(run)
from unnest(%(runs)s::bigint[], %(buckets)s::smallint[], %(dues)s::bigint[]) with ordinality
    as new (run, bucket, due, place)
where due is not null
group by due, bucket, place / 1000

-- name: hold
insert into journey_held (run, due_at)
select run, timestamptz 'epoch' + due * interval '1 ms'
from unnest(%(runs)s::bigint[], %(dues)s::bigint[]) as new (run, due)
where due is not null
on conflict (run) do update set due_at = excluded.due_at

-- name: unhold
delete from journey_held where run = any(%(runs)s)
