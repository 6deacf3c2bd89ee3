-- name: add_version
insert into journey_version (journey, number, text, text_hash, names, templates, state, created_at)
values (%(journey)s, %(number)s, %(text)s, %(hash)s, %(names)s, %(templates)s::jsonb, 'live', %(at)s)
returning id

-- name: retire
update journey_version set state = %(state)s where id = any(%(versions)s) and state <> 'stopped'

-- name: publish
update journey set live_version = %(version)s, versions = %(number)s where id = %(journey)s

-- name: new_edition
update journey_edition set number = number + 1

-- name: live_text
select version.text
from journey join journey_version as version on version.id = journey.live_version
where journey.key = %(key)s
