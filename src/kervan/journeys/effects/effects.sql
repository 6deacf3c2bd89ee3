-- name: note
-- In the order of the keys, so that nobody waits in a circle.
insert into journey_effect (key, at) select key, %(at)s from unnest(%(keys)s::uuid[]) as g (key)
on conflict do nothing
returning key

-- name: expire
delete from journey_effect where key in (
    select key from journey_effect where at < %(before)s order by at limit %(limit)s)
