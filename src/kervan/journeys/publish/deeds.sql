-- name: make
insert into journey (key) values (%(key)s) on conflict (key) do nothing

-- name: hold
-- Read anew after it: who waited here began before the one she waited for ended.
select from journey where key = %(key)s for update

-- name: journey
select journey.id, journey.versions, version.id, coalesce(version.number, 0), version.text_hash,
    journey.paused_at, journey.pause_timers, journey.deleted_at is not null
from journey left join journey_version as version on version.id = journey.live_version
where journey.key = %(key)s

-- name: undelete
update journey set deleted_at = null where id = %(journey)s and deleted_at is not null

-- name: delete
update journey set deleted_at = %(at)s where id = %(journey)s

-- name: inside
select count(*) from journey_run where version = any(%(versions)s) and state = 1

-- name: of_journey
select id from journey_version where journey = %(journey)s order by number

-- name: going_on
select id from journey_version where journey = %(journey)s and state <> 'stopped' order by number

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

-- name: every
-- All journeys that were not put away, with the text of the live version, or else of the latest.
with inside as (
    select v.journey, count(*) as people
    from journey_run r join journey_version v on v.id = r.version
    where r.state = 1 group by v.journey
)
select j.key, v.number, v.text, j.live_version is not null, j.paused_at, coalesce(d.at, v.created_at),
    coalesce(inside.people, 0)
from journey j
left join inside on inside.journey = j.id
join lateral (
    select * from journey_version w where w.journey = j.id
    order by w.id = j.live_version desc nulls last, w.number desc limit 1
) as v on true
left join lateral (
    select at from journey_deed d where d.journey = j.id order by d.id desc limit 1
) as d on true
where j.deleted_at is null
order by j.key

-- name: versions
with inside as (
    select version, count(*) as people from journey_run where state = 1 group by version
)
select v.number, v.state, v.created_at, v.text,
    (select d.by from journey_deed d where d.version = v.id and d.deed = 'publish'
        order by d.id limit 1),
    coalesce(inside.people, 0)
from journey_version v
join journey j on j.id = v.journey
left join inside on inside.version = v.id
where j.key = %(key)s
order by v.number desc
