-- name: add
insert into kervan.audit
    (at, workspace, actor_kind, actor, roles, used_right, route, what, facts, network)
values
    (%(at)s, %(workspace)s, %(actor_kind)s, %(actor)s, %(roles)s, %(used_right)s, %(route)s,
     %(what)s, %(facts)s::jsonb, %(network)s)

-- name: entries
-- The newest first, each with the name of who did it as it is known today.
select a.id, a.at, a.actor_kind, a.actor, coalesce(u.email, u.name, t.name, ''), a.roles,
    a.used_right, a.route, a.what, a.facts, a.network
from kervan.audit a
left join kervan.app_user u on u.id::text = a.actor
left join kervan.api_token t on t.id::text = a.actor
where a.workspace = %(workspace)s and a.id < %(before)s
    and (%(actor)s::text is null or a.actor = %(actor)s)
    and (%(what)s::text is null or a.what = %(what)s)
    and (%(person)s::text is null or a.facts -> 'people' ? %(person)s
        or a.facts ->> 'person' = %(person)s)
order by a.id desc
limit %(limit)s

-- name: lock_seals
select pg_advisory_xact_lock(1802662011)

-- name: last_seal
select number, hash from kervan.audit_seal order by number desc limit 1

-- name: unsealed
select a.id, a.at, a.workspace, a.actor_kind, a.actor, a.roles, a.used_right, a.route, a.what,
    a.facts::text, a.network
from kervan.audit a
where not exists (select from kervan.audit_seal s where s.audit = a.id)
order by a.id
limit %(limit)s

-- name: add_seal
insert into kervan.audit_seal (number, audit, hash) values (%(number)s, %(audit)s, %(hash)s)

-- name: sealed
select s.number, s.hash, a.id, a.at, a.workspace, a.actor_kind, a.actor, a.roles, a.used_right,
    a.route, a.what, a.facts::text, a.network
from kervan.audit_seal s
left join kervan.audit a on a.id = s.audit
where s.number > %(after)s
order by s.number
limit %(limit)s
