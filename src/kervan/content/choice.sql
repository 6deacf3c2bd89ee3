-- name: find
select id from template_version where hash = %(hash)s

-- name: add
insert into template_version (hash, source, compiled, static_links)
values (%(hash)s, %(source)s, %(compiled)s, '{}')
on conflict (hash) do nothing returning id

-- name: choices
select id, compiled from template_version
where id = any(%(ids)s) and source @> '{"kind": "choice"}'
