-- name: make
insert into journey (key) values (%(key)s) on conflict (key) do nothing

-- name: hold
select journey.id, journey.versions, version.id, coalesce(version.number, 0), version.text_hash,
    journey.paused_at, journey.pause_timers
from journey left join journey_version as version on version.id = journey.live_version
where journey.key = %(key)s for update of journey

-- name: journey
select journey.id, journey.versions, version.id, coalesce(version.number, 0), version.text_hash,
    journey.paused_at, journey.pause_timers
from journey left join journey_version as version on version.id = journey.live_version
where journey.key = %(key)s

-- name: inside
select count(*) from journey_run where version = any(%(versions)s) and state = 1

-- name: of_journey
select id from journey_version where journey = %(journey)s order by number

-- name: add
insert into journey_deed (journey, deed, version, before, people, inside, at, by)
values (%(journey)s, %(deed)s, %(version)s, %(before)s, %(people)s, %(inside)s, %(at)s, %(by)s)

-- name: listed
select d.deed, v.number, b.number, d.people, d.inside, d.undone, d.at, d.by
from journey_deed d
join journey j on j.id = d.journey
left join journey_version v on v.id = d.version
left join journey_version b on b.id = d.before
where j.key = %(key)s
order by d.id desc
