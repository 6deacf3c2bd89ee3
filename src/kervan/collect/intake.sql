-- name: add_row
insert into kervan.intake (day, workspace, received_at, events, bulk, body)
values (%s, %s, %s, %s, %s, %b)

-- name: add_own_row
-- The workspace is the one whose schema the transaction works in.
insert into kervan.intake (day, workspace, received_at, events, bulk, body)
select %(day)s, id, %(at)s, %(events)s, false, %(body)b
from kervan.workspace where 'ws_' || key = current_schema()

-- name: lock_days
-- Two workers must not attach the same partition.
select pg_advisory_xact_lock(1802662004)

-- name: day_table
select to_regclass(%(name)s)

-- name: hurry
-- A waiting drop blocks everybody who inserts, so it waits for a moment only.
set local lock_timeout = '200ms'

-- name: open_day
-- Attached rather than created in place: attaching does not block those who insert.
create table if not exists kervan.{name} (like kervan.intake including all);
alter table kervan.{name} alter column body set storage external;
alter table kervan.intake attach partition kervan.{name} for values in ('{day}')

-- name: days
select replace(substr(c.relname, 8), '_', '-')
from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'kervan.intake'::regclass

-- name: day_is_open
select exists (select 1 from kervan.intake where day = %(day)s and batch is null)

-- name: drop_day
drop table kervan.{name}

-- name: claim
-- Rows are claimed, never read "after the last id": identity values commit out of order.
select id, day, workspace, events, body
from kervan.intake
where batch is null and workspace = %(workspace)s
order by bulk, id
limit %(limit)s
for update skip locked

-- name: set_batch
update kervan.intake set batch = %(batch)s
where day = any(%(days)s) and id = any(%(ids)s)

-- name: oldest_waiting
-- By the index of open rows, so it costs the same however many wait. Rows another worker has
-- claimed and not committed are still open here.
select received_at from kervan.intake
where batch is null and workspace = %(workspace)s and not bulk order by id limit 1
