-- name: note
-- In the order of the keys, so that nobody waits in a circle.
insert into journey_effect (key, at) select key, %(at)s from unnest(%(keys)s::uuid[]) as g (key)
on conflict do nothing
returning key

-- name: expire
delete from journey_effect where key in (
    select key from journey_effect where at < %(before)s order by at limit %(limit)s)

-- name: wish
insert into points_wish (key, person, points, reason, journey, version, step, run, at)
select * from rows from (
    unnest(%(keys)s::uuid[]), unnest(%(people)s::integer[]), unnest(%(points)s::integer[]),
    unnest(%(reasons)s::text[]), unnest(%(journeys)s::text[]), unnest(%(versions)s::integer[]),
    unnest(%(steps)s::text[]), unnest(%(runs)s::bigint[]), unnest(%(at)s::timestamptz[]))
on conflict do nothing

-- name: live
select %(event)s = any (v.names) from journey j
join journey_version v on v.id = j.live_version where j.key = %(key)s

-- name: called
select j.key from journey j join journey_version v on v.id = j.live_version
where %(event)s = any (v.names) order by j.key
