-- name: workspace_id
select id from kervan.workspace where key = %(key)s

-- name: own_source
select id from kervan.source where workspace = %(workspace)s and kind = 'kervan'

-- name: lock_resolving
select pg_advisory_xact_lock(1802662002, %(workspace)s)

-- name: lock_opening
select pg_advisory_xact_lock(1802662005, %(workspace)s)

-- name: new_batch
select nextval(pg_get_serial_sequence('kervan.batch', 'id'))

-- name: mark_seen
insert into seen (week, hash)
select %(week)s::date, hash from unnest(%(hashes)s::uuid[]) as wanted (hash)
on conflict do nothing

-- name: seen_before
-- The rows this very transaction wrote carry its own number.
select wanted.ordinal::int
from unnest(%(hashes)s::uuid[]) with ordinality as wanted (hash, ordinal)
join seen s on s.week = %(week)s and s.hash = wanted.hash
where s.xmin::text <> (pg_current_xact_id()::xid)::text

-- name: fresh_weeks
select week from seen_week
where week = any(%(weeks)s) and used_at >= %(now)s::timestamptz - interval '1 hour'

-- name: touch_weeks
-- Written at most once an hour, so that the row stays quiet.
with touched as (
    update seen_week set used_at = %(now)s
    where week = any(%(weeks)s) and used_at < %(now)s::timestamptz - interval '1 hour'
)
select week from seen_week where week = any(%(weeks)s)

-- name: open_week
create table if not exists {name} (like seen including all);
alter table seen attach partition {name} for values in ('{week}')

-- name: add_week
insert into seen_week (week, used_at) values (%(week)s, %(now)s)

-- name: old_weeks
select week from seen_week where used_at < %(since)s

-- name: drop_week
drop table {name}

-- name: remove_week
delete from seen_week where week = %(week)s

-- name: admit_names
insert into event_name (name, first_at)
select name, %(now)s from unnest(%(names)s::text[]) as wanted (name)
where not exists (select 1 from event_name known where known.name = wanted.name)
limit greatest(0, %(limit)s - (select count(*) from event_name))
on conflict do nothing
returning name

-- name: known_names
select name from event_name where name = any(%(names)s)

-- name: keep_block
insert into kervan.batch (id, workspace, worker, created_at, day, rows, block, links, touched)
overriding system value
values (%(id)s, %(workspace)s, %(worker)s, %(now)s, %(day)s, %(rows)s, %(block)b, %(links)b,
    %(touched)s)

-- name: replace_block
update kervan.batch set rows = %(rows)s, day = %(day)s, block = %(block)b where id = %(id)s

-- name: finish
with gone as (delete from kervan.batch where id = any(%(ids)s) returning touched)
insert into touched (people) select touched from gone where touched <> '{}'

-- name: abandoned
-- A worker holds the advisory lock of its number as long as its connection lives. The lock is
-- taken for this transaction, so that two recoverers do not take the same batch.
select id, rows, day, block, links
from kervan.batch b
where workspace = %(workspace)s and worker <> %(me)s and created_at < %(before)s
    and pg_try_advisory_xact_lock(1802662003, worker)
order by id
for update skip locked

-- name: new_worker
select nextval('kervan.worker_number')::integer

-- name: hold_presence
select pg_try_advisory_lock(1802662003, %(worker)s)

-- name: keep_letters
insert into kervan.dead_letter
    (workspace, source, received_at, day, reason, detail, door, sent_at, body)
select %(workspace)s, *
from unnest(%(sources)s::integer[], %(at)s::timestamptz[], %(days)s::date[],
    %(reasons)s::text[], %(details)s::text[], %(doors)s::text[], %(sent)s::timestamptz[],
    %(bodies)s::bytea[])

-- name: letters
select l.id, s.name, l.source, l.received_at, l.day, l.reason, l.detail, l.door, l.sent_at,
    l.body, l.resent_at
from kervan.dead_letter l join kervan.source s on s.id = l.source
where l.workspace = %(workspace)s
    and (%(reason)s::text is null or l.reason = %(reason)s)
    and (%(source)s::text is null or s.name = %(source)s)
    and (%(with_resent)s or l.resent_at is null)
    and l.id < %(before)s
order by l.id desc
limit %(limit)s

-- name: letters_by_id
select l.id, s.name, l.source, l.received_at, l.day, l.reason, l.detail, l.door, l.sent_at,
    l.body, l.resent_at
from kervan.dead_letter l join kervan.source s on s.id = l.source
where l.workspace = %(workspace)s and l.id = any(%(ids)s) and l.resent_at is null
order by l.id
for update of l

-- name: mark_resent
update kervan.dead_letter set resent_at = %(now)s where id = any(%(ids)s)

-- name: count_letters
select reason, count(*) from kervan.dead_letter
where workspace = %(workspace)s and resent_at is null group by reason order by 2 desc
