-- name: known
select id, key, name, host, country, timezone, locale, created_at, closed_at
from kervan.workspace order by id

-- name: add
-- Closed until its tables are there: what is interrupted is gone on with by opening it again.
insert into kervan.workspace
    (key, name, host, country, timezone, locale, created_at, closed_at)
values
    (%(key)s, %(name)s, %(host)s, %(country)s, %(timezone)s, %(locale)s, %(at)s, %(at)s)

-- name: rename
update kervan.workspace set name = %(name)s where key = %(key)s

-- name: close
update kervan.workspace set closed_at = %(at)s
where key = %(key)s and host <> '' and (closed_at is null) <> (%(at)s::timestamptz is null)

-- name: lock
-- Two who open at once must not both take the last place, or one name.
select pg_advisory_xact_lock(1802662013)
