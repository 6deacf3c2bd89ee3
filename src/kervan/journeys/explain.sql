-- name: counts
select version.number, run.step, run.state, count(*), count(*) filter (where goal_at <> 'infinity')
from journey_run as run
join journey_version as version on version.id = run.version
join journey on journey.id = version.journey
where journey.key = %(key)s
group by version.number, run.step, run.state

-- name: texts
select version.number, version.text
from journey_version as version join journey on journey.id = version.journey
where journey.key = %(key)s
order by version.number desc
