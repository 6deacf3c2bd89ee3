-- name: put
insert into colleague_address (contact, key, sealed, at)
select contact, key, sealed, %(at)s
from rows from (unnest(%(contacts)s::uuid[]), unnest(%(keys)s::bytea[]),
    unnest(%(sealed)s::bytea[])) as g (contact, key, sealed)
on conflict (contact) do update set at = greatest(colleague_address.at, excluded.at)

-- name: find
select contact, key, sealed from colleague_address where contact = any(%(contacts)s::uuid[])

-- name: forget
delete from colleague_address where at < %(before)s
