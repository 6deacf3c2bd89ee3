-- name: all_sources
select s.id, s.workspace, w.key, s.name, s.kind, s.trusted, s.allowed_origins,
    s.rate_limit_per_second, s.enabled
from kervan.source s join kervan.workspace w on w.id = s.workspace

-- name: good_keys
select hash, source from kervan.write_key where revoked_at is null

-- name: add_source
insert into kervan.source (workspace, name, kind, trusted, rate_limit_per_second, allowed_origins)
select id, %(name)s, %(kind)s, %(trusted)s, %(rate)s, %(origins)s
from kervan.workspace where key = %(workspace)s
on conflict do nothing
returning id

-- name: add_key
insert into kervan.write_key (hash, source, hint) values (%(hash)s, %(source)s, %(hint)s)

-- name: revoke_key
update kervan.write_key set revoked_at = now() where hash = %(hash)s and revoked_at is null

-- name: ensure_own
insert into kervan.source (workspace, name, kind, trusted)
select id, 'Kervan', 'kervan', true from kervan.workspace where key = %(workspace)s
on conflict do nothing
