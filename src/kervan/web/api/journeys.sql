-- name: live
-- Journeys that take newcomers, with the text of the version they get.
select j.key, v.id, v.number, v.text
from journey j
join journey_version v on v.id = j.live_version
order by j.key

-- name: waiting
-- How many are inside each journey, by the step they stand on (its number in the version).
select j.key, v.id, r.step, count(*)
from journey_run r
join journey_version v on v.id = r.version
join journey j on j.id = v.journey
where r.state = 1
group by j.key, v.id, r.step
