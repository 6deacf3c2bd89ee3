-- name: add
insert into journey_notice
    (key, person, journey, version, step, run, at, receivers, role, language, sealed)
select key, person, journey, version, step, run, at, string_to_array(receivers, E'\n'), role,
    language, sealed
from rows from (
    unnest(%(keys)s::uuid[]), unnest(%(people)s::integer[]), unnest(%(journeys)s::text[]),
    unnest(%(versions)s::integer[]), unnest(%(steps)s::text[]), unnest(%(runs)s::bigint[]),
    unnest(%(at)s::timestamptz[]), unnest(%(receivers)s::text[]), unnest(%(roles)s::text[]),
    unnest(%(languages)s::text[]), unnest(%(sealed)s::bytea[]))
    as g (key, person, journey, version, step, run, at, receivers, role, language, sealed)
on conflict do nothing

-- name: waiting
select key, person, journey, version, step, run, at, receivers, role, language, sealed
from journey_notice order by at, key limit %(limit)s for update skip locked

-- name: done
delete from journey_notice where key = any(%(keys)s::uuid[])
