-- name: lock
-- One row per limited journey stands for all its seats: who holds it counts alone.
with made as (
    insert into journey_seat (journey, since, taken)
    select journey, '-infinity', 0 from unnest(%(journeys)s::integer[]) as journey
    order by journey
    on conflict do nothing
)
select true

-- name: taken
select journey, taken from journey_seat
where journey = any(%(journeys)s) and since = '-infinity'
order by journey for update

-- name: windows
select journey, since, taken from journey_seat
where journey = any(%(journeys)s) and since between %(first)s and %(last)s

-- name: keep
with forgotten as (
    delete from journey_seat
    where journey = any(%(journeys)s) and since > '-infinity' and since < %(before)s
)
insert into journey_seat (journey, since, taken)
select journey, coalesce(since, '-infinity'), taken
from unnest(%(journeys)s::integer[], %(since)s::timestamptz[], %(taken)s::bigint[])
    as new (journey, since, taken)
on conflict (journey, since) do update set taken = journey_seat.taken + excluded.taken
