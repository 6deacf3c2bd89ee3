-- name: hold
-- One row, made or not: two that apply the same message wait for each other here.
insert into message_definition (key) values (%(key)s)
on conflict (key) do update set key = excluded.key
returning id, live

-- name: one
select m.key, v.number, v.source, v.templates, v.warnings, v.at, v.by
from message_definition m join message_definition_version v on v.message = m.id
where m.key = %(key)s and v.number = coalesce(%(number)s, m.live)

-- name: every
select m.key, v.number, v.source, v.templates, v.warnings, v.at, v.by
from message_definition m join message_definition_version v on v.message = m.id and v.number = m.live
order by m.key

-- name: versions
select m.key, v.number, v.source, v.templates, v.warnings, v.at, v.by
from message_definition m join message_definition_version v on v.message = m.id
where m.key = %(key)s order by v.number

-- name: look
select m.live, v.hash, (select max(number) from message_definition_version where message = m.id)
from message_definition m left join message_definition_version v on v.message = m.id and v.number = m.live
where m.key = %(key)s

-- name: add
insert into message_definition_version (message, number, source, hash, templates, warnings, at, by)
values (%(message)s, %(number)s, %(source)s, %(hash)s, %(templates)s, %(warnings)s, %(at)s, %(by)s)

-- name: publish
update message_definition set live = %(number)s where id = %(message)s
