-- name: live
-- Journeys that take newcomers, with the text of the version they get.
select j.key, v.id, v.number, v.text
from journey j
join journey_version v on v.id = j.live_version
order by j.key

-- name: inside
-- Who is inside a journey, in whichever version: whoever came in last first.
select r.person, (extract(epoch from max(r.entered_at)) * 1000)::bigint as entered_ms
from journey_run r
join journey_version v on v.id = r.version
join journey j on j.id = v.journey
where r.state = 1 and j.key = %(key)s
group by r.person
order by entered_ms desc, r.person
limit %(limit)s

-- name: waiting
-- How many are inside each journey, by the step they stand on (its number in the version).
select j.key, v.id, r.step, count(*)
from journey_run r
join journey_version v on v.id = r.version
join journey j on j.id = v.journey
where r.state = 1
group by j.key, v.id, r.step
