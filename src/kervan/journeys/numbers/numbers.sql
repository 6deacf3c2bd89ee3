-- name: standing
-- Who is inside, by version and step: counted when asked, from rows that no index slows down.
select version, step, count(*)
from journey_run
where state = 1 and version = any(%(versions)s::integer[])
group by version, step

-- name: waiting
-- Who stands at a step now, who came last first, going on behind a place.
select (extract(epoch from step_at) * 1000)::bigint as at_ms, run, person
from journey_run
where state = 1 and version = any(%(versions)s::integer[])
    and (%(anywhere)s or (version, step) in (
        select * from unnest(%(step_versions)s::integer[], %(steps)s::integer[])))
    and (extract(epoch from step_at) * 1000, run) < (%(at_ms)s, %(run)s)
order by step_at desc, run desc
limit %(limit)s

-- name: owners
-- Whose a run is today.
select run, person from journey_run where run = any(%(runs)s::bigint[])
