-- name: visitors
-- Of each variant of some campaigns: how many saw it, and what they did; and who of them did what
-- counts within its time, wherever that was told. A visitor is a person, or a visit that is
-- nobody's yet. Goals and hours stand in the order of the campaigns.
WITH
    seen AS (
        SELECT ifNull(properties.campaign.:String, '') AS campaign,
            if(who != 0, toUInt64(who), bitOr(session, 9223372036854775808)) AS visitor, name,
            ifNull(properties.variant.:String, '') AS variant,
            ifNull(properties.showing.:String, '') AS showing, at
        FROM events
        WHERE startsWith(name, 'Onsite ') AND campaign IN {keys:Array(String)}
            AND at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        LIMIT 1 BY event_id
    ),
    goals AS (
        SELECT if(who != 0, toUInt64(who), bitOr(session, 9223372036854775808)) AS visitor,
            name AS goal, groupArray(at) AS times
        FROM events
        WHERE name IN {goals:Array(String)}
            AND at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
            AND visitor IN (SELECT visitor FROM seen)
        GROUP BY visitor, goal
    )
SELECT campaign, variant, sum(shown), sum(held), uniqExactIf(visitor, shown + held > 0),
    sum(closed), uniqExactIf(visitor, clicks > 0), sum(clicks), sum(forms),
    uniqExactIf(visitor, shown + held > 0 AND (told > 0 OR arrayExists(
        seen_at -> arrayExists(
            goal_at -> goal_at >= seen_at AND goal_at <= seen_at + toIntervalHour(hours),
            times
        ), seen_times
    )))
FROM (
    SELECT campaign, visitor, variant,
        transform(campaign, {keys:Array(String)}, {goals:Array(String)}, '') AS goal,
        transform(campaign, {keys:Array(String)}, {hours:Array(UInt32)}, 0) AS hours,
        countIf(name = 'Onsite Shown') AS shown, countIf(name = 'Onsite Held Out') AS held,
        countIf(name = 'Onsite Closed') AS closed, countIf(name = 'Onsite Clicked') AS clicks,
        countIf(name = 'Onsite Form Sent') AS forms,
        countIf(name = 'Onsite Converted') AS told,
        groupArrayIf(at, name IN ('Onsite Shown', 'Onsite Held Out')) AS seen_times
    FROM seen GROUP BY campaign, visitor, variant
) AS mine
LEFT JOIN goals USING (visitor, goal)
GROUP BY campaign, variant ORDER BY campaign, variant

-- name: people
-- Who is known of those behind a number of a variant, by person: when it last became so. Without
-- `names`, those who did what counts within its time after having seen it.
WITH
    seen AS (
        SELECT who AS person, name, at
        FROM events
        WHERE who > {after:UInt32} AND startsWith(name, 'Onsite ')
            AND properties.campaign.:String = {key:String}
            AND ifNull(properties.variant.:String, '') = {variant:String}
    ),
    goals AS (
        SELECT who AS person, groupArray(at) AS times
        FROM events
        WHERE name = {goal:String} AND empty({names:Array(String)})
            AND who IN (SELECT person FROM seen)
        GROUP BY person
    )
SELECT person, if(empty({names:Array(String)}), greatest(told_at, done_at), did_at) AS last_at
FROM (
    SELECT person, seen_times, told_at, did_at,
        arrayMax(arrayConcat([toDateTime64(0, 3, 'UTC')], arrayFilter(
            goal_at -> arrayExists(
                seen_at -> goal_at >= seen_at
                    AND goal_at <= seen_at + toIntervalHour({hours:UInt32}),
                seen_times
            ), times
        ))) AS done_at
    FROM (
        SELECT person,
            groupArrayIf(at, name IN ('Onsite Shown', 'Onsite Held Out')) AS seen_times,
            maxIf(at, name = 'Onsite Converted') AS told_at,
            maxIf(at, name IN {names:Array(String)}) AS did_at
        FROM seen GROUP BY person
    ) AS mine
    LEFT JOIN goals USING (person)
)
WHERE toUnixTimestamp64Milli(last_at) > 0
    AND (notEmpty({names:Array(String)}) OR notEmpty(seen_times))
ORDER BY person LIMIT {limit:UInt32}
