-- name: versions
-- All versions of the journeys whose live versions these are.
select version.id, version.journey
from journey_version version
where version.journey = any(%(journeys)s::integer[])

-- name: of_journey
select version.id, version.text
from journey join journey_version version on version.journey = journey.id
where journey.key = %(key)s
order by version.id

-- name: by_goal
-- Who was drawn into which way first, and whether her run reached its goal then or later.
SELECT drawn.version, drawn.step, drawn.way, count(), countIf(goal.last >= drawn.first),
    toUnixTimestamp64Milli(min(drawn.first))
FROM (
    SELECT version, step, run, argMin(exit, at) AS way, min(at) AS first
    FROM journey_decisions
    WHERE what = 'passed' AND exit >= 0
        AND (version, step) IN {places:Array(Tuple(UInt32, UInt16))}
    GROUP BY version, step, run
) AS drawn
LEFT JOIN (
    SELECT run, max(at) AS last
    FROM journey_decisions
    WHERE what = 'goal' AND version IN {versions:Array(UInt32)}
    GROUP BY run
) AS goal ON goal.run = drawn.run
GROUP BY drawn.version, drawn.step, drawn.way

-- name: by_event
-- The same by an event of hers, whatever the journey's goal is.
SELECT drawn.version, drawn.step, drawn.way, count(), countIf(deed.last >= drawn.first),
    toUnixTimestamp64Milli(min(drawn.first))
FROM (
    SELECT version, step, run, any(person) AS person, argMin(exit, at) AS way, min(at) AS first
    FROM journey_decisions
    WHERE what = 'passed' AND exit >= 0
        AND (version, step) IN {places:Array(Tuple(UInt32, UInt16))}
    GROUP BY version, step, run
) AS drawn
LEFT JOIN (
    SELECT who AS person, max(at) AS last FROM events WHERE name = {goal:String} GROUP BY who
) AS deed ON deed.person = drawn.person
GROUP BY drawn.version, drawn.step, drawn.way
