-- name: all_sources
-- Nobody works for a closed workspace: what came would lie in the intake.
select s.id, s.workspace, w.key, s.name, s.kind, s.trusted, s.allowed_origins,
    s.rate_limit_per_second, s.enabled and w.closed_at is null
from kervan.source s join kervan.workspace w on w.id = s.workspace

-- name: good_keys
select hash, source from kervan.write_key where revoked_at is null

-- name: add_source
insert into kervan.source
    (workspace, name, kind, trusted, rate_limit_per_second, allowed_origins, created_at)
select id, %(name)s, %(kind)s, %(trusted)s, %(rate)s, %(origins)s, %(now)s
from kervan.workspace where key = %(workspace)s
on conflict do nothing
returning id

-- name: add_key
insert into kervan.write_key (hash, source, hint, created_at)
values (%(hash)s, %(source)s, %(hint)s, %(now)s)

-- name: revoke_key
update kervan.write_key set revoked_at = %(now)s where hash = %(hash)s and revoked_at is null

-- name: ensure_own
insert into kervan.source (workspace, name, kind, trusted, created_at)
select id, 'Kervan', 'kervan', true, %(now)s from kervan.workspace where key = %(workspace)s
on conflict do nothing

-- name: describe
select s.id, s.name, s.kind, s.trusted, s.allowed_origins, s.rate_limit_per_second, s.enabled,
    coalesce(array_agg(k.hint order by k.created_at) filter (where k.revoked_at is null), '{}')
from kervan.source s
join kervan.workspace w on w.id = s.workspace
left join kervan.write_key k on k.source = s.id
where w.key = %(workspace)s and s.kind <> 'kervan'
group by s.id order by s.id

-- name: exists
select 1 from kervan.source s join kervan.workspace w on w.id = s.workspace
where w.key = %(workspace)s and s.id = %(source)s and s.kind <> 'kervan'

-- name: by_name
select s.id, s.workspace, s.kind from kervan.source s join kervan.workspace w on w.id = s.workspace
where w.key = %(workspace)s and s.name = %(name)s

-- name: revoke_by_hint
update kervan.write_key k set revoked_at = %(now)s
from kervan.source s join kervan.workspace w on w.id = s.workspace
where k.source = s.id and w.key = %(workspace)s and s.id = %(source)s and k.hint = %(hint)s
    and k.revoked_at is null

-- name: change
update kervan.source s set
    name = coalesce(%(name)s, s.name),
    enabled = coalesce(%(enabled)s, s.enabled),
    rate_limit_per_second = coalesce(%(rate)s, s.rate_limit_per_second),
    allowed_origins = coalesce(%(origins)s, s.allowed_origins)
from kervan.workspace w
where w.id = s.workspace and w.key = %(workspace)s and s.id = %(source)s and s.kind <> 'kervan'
