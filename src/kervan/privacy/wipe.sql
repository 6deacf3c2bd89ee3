-- name: is_seen
-- Whether some session still looks at the database as it was before this transaction.
select exists (
    select from pg_stat_activity
    where backend_xmin is not null and pid <> pg_backend_pid()
        and age(backend_xmin) >= age((%(xid)s::xid8)::xid)
)

-- name: tables
-- `seen` holds plain hashes of message ids, and is as large as all else together.
select format('%I.%I', n.nspname, c.relname)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'r' and n.nspname in ('kervan', current_schema())
    and pg_total_relation_size(c.oid) > 0 and c.relname not like 'seen\_%'
order by pg_total_relation_size(c.oid)

-- name: patience
-- A table is waited for; everybody else waits for us meanwhile, so not for ever.
set lock_timeout = '30s'

-- name: forget_samples
delete from pg_catalog.pg_statistic s
using pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.oid = s.starelid and n.nspname in ('kervan', current_schema())

-- name: rewrite
vacuum (full, analyze) {table}

-- name: no_recycling
alter system set wal_recycle = off

-- name: recycle_as_ever
alter system reset wal_recycle

-- name: reload
select pg_reload_conf()

-- name: segments
select count(*) from pg_ls_waldir() where length(name) = 24

-- name: say_something
select pg_logical_emit_message(false, 'kervan', '')

-- name: switch
select pg_switch_wal()

-- name: checkpoint
checkpoint
