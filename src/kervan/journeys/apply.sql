-- name: lock_journey
insert into journey (key) values (%(key)s) on conflict (key) do nothing

-- name: journey
select journey.id, journey.versions, version.id, version.number, version.text_hash
from journey left join journey_version as version on version.id = journey.live_version
where journey.key = %(key)s for update of journey

-- name: look
select journey.id, journey.versions, version.id, version.number, version.text_hash
from journey left join journey_version as version on version.id = journey.live_version
where journey.key = %(key)s

-- name: inside
select count(*) from journey_run where version = any(%(versions)s) and state = 1

-- name: of_journey
select id from journey_version where journey = %(journey)s

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

-- name: wake_inside
-- A stopped journey lets everybody go in the next turn.
insert into journey_timer (due_at, bucket, runs)
select %(at)s, (person %% 256)::smallint, array_agg(run)
from journey_run where version = any(%(versions)s) and state = 1
group by person %% 256, run / 1000

-- name: due_now
update journey_run set due_at = least(due_at, %(at)s)
where version = any(%(versions)s) and state = 1

-- name: live_text
select version.text
from journey join journey_version as version on version.id = journey.live_version
where journey.key = %(key)s
