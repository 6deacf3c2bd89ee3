-- name: lock
-- Two starts, or a start and a rotation, must not both make a key.
select pg_advisory_xact_lock(1802662010)

-- name: stored
select name, master, wrapped from kervan.stored_key order by name

-- name: derived
select name from kervan.derived_key

-- name: add
insert into kervan.stored_key (name, master, wrapped, stored_at)
values (%(name)s, %(master)s, %(wrapped)s, %(at)s)
on conflict do nothing

-- name: retire
delete from kervan.stored_key where master <> %(master)s
