-- name: visitors
-- Of each variant: how many saw it, and what they did; and who of them did what counts within its
-- time, wherever that was told. A visitor is a person, or a visit that is nobody's yet.
WITH
    {key:String} AS campaign_key,
    seen AS (
        SELECT if(who != 0, toUInt64(who), bitOr(session, 9223372036854775808)) AS visitor, name,
            ifNull(properties.variant.:String, '') AS variant,
            ifNull(properties.showing.:String, '') AS showing, at
        FROM events
        WHERE startsWith(name, 'Onsite ') AND properties.campaign.:String = campaign_key
            AND at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
        LIMIT 1 BY event_id
    ),
    goals AS (
        SELECT if(who != 0, toUInt64(who), bitOr(session, 9223372036854775808)) AS visitor,
            groupArray(at) AS times
        FROM events
        WHERE name = {goal:String} AND at >= fromUnixTimestamp64Milli({since_ms:Int64}, 'UTC')
            AND visitor IN (SELECT visitor FROM seen)
        GROUP BY visitor
    )
SELECT variant, sum(shown), sum(held), uniqExactIf(visitor, shown + held > 0), sum(closed),
    uniqExactIf(visitor, clicks > 0), sum(clicks), sum(forms),
    uniqExactIf(visitor, shown + held > 0 AND (told > 0 OR arrayExists(
        seen_at -> arrayExists(
            goal_at -> goal_at >= seen_at AND goal_at <= seen_at + toIntervalHour({hours:UInt32}),
            times
        ), seen_times
    )))
FROM (
    SELECT visitor, variant,
        countIf(name = 'Onsite Shown') AS shown, countIf(name = 'Onsite Held Out') AS held,
        countIf(name = 'Onsite Closed') AS closed, countIf(name = 'Onsite Clicked') AS clicks,
        countIf(name = 'Onsite Form Sent') AS forms,
        countIf(name = 'Onsite Converted') AS told,
        groupArrayIf(at, name IN ('Onsite Shown', 'Onsite Held Out')) AS seen_times
    FROM seen GROUP BY visitor, variant
) AS mine
LEFT JOIN goals USING (visitor)
GROUP BY variant ORDER BY variant
