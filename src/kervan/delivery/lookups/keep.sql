-- name: keep
insert into message_lookup (message, sealed, at)
select g.message, g.sealed, %(at)s
from rows from (unnest(%(messages)s::uuid[]), unnest(%(sealed)s::bytea[])) as g (message, sealed)
on conflict (message) do update set sealed = excluded.sealed, at = excluded.at

-- name: kept
select sealed from message_lookup where message = %(message)s

-- name: forget_refusals
delete from coupon_refusal where message = any(%(messages)s::uuid[])

-- name: refuse
insert into coupon_refusal (message, pool, reason, at)
select g.message, g.pool, g.reason, %(at)s
from rows from (unnest(%(messages)s::uuid[]), unnest(%(pools)s::text[]),
    unnest(%(reasons)s::text[])) as g (message, pool, reason)
on conflict (message, pool) do update set reason = excluded.reason, at = excluded.at

-- name: erase
delete from message_lookup l using message m where m.id = l.message and m.person = any(%(people)s)

-- name: expire
delete from message_lookup where message in (
    select message from message_lookup where at < %(before)s order by at limit %(limit)s)

-- name: expire_refusals
delete from coupon_refusal where (message, pool) in (
    select message, pool from coupon_refusal where at < %(before)s order by at limit %(limit)s)
