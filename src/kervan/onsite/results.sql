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
