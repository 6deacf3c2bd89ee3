-- name: of_runs
SELECT run, person, version, toUnixTimestamp64Milli(at), toUInt8(what), step, visit, cause, exit,
    until, reason, event, lower(hex(event_id)), value_minor, currency
FROM journey_decisions
WHERE run IN {runs:Array(UInt64)} AND run != 0
ORDER BY run, at, visit, what, cause

-- name: refused
-- The latest first.
SELECT run, person, version, toUnixTimestamp64Milli(at), toUInt8(what), step, visit, cause, exit,
    until, reason, event, lower(hex(event_id)), value_minor, currency
FROM journey_decisions
WHERE run = 0 AND person IN {people:Array(UInt32)} AND version IN {versions:Array(UInt32)}
ORDER BY at DESC, event_id
LIMIT {limit:UInt32}

-- name: counts
-- From what every part has counted already.
SELECT version, toUInt8(what), step, exit, cause, reason, currency, count(), sum(value_minor)
FROM journey_decisions
WHERE version IN {versions:Array(UInt32)}
GROUP BY version, what, step, exit, cause, reason, currency

-- name: behind
-- Who is behind a number, the latest first, going on behind a place.
SELECT run, person, toUnixTimestamp64Milli(at) AS at_ms
FROM journey_decisions
WHERE version IN {versions:Array(UInt32)} AND what = {what:UInt8}
    AND (empty({places:Array(Tuple(UInt32, UInt16))})
        OR (version, step) IN {places:Array(Tuple(UInt32, UInt16))})
    AND (empty({ways:Array(Tuple(UInt32, UInt16, Int16))})
        OR (version, step, exit) IN {ways:Array(Tuple(UInt32, UInt16, Int16))})
    AND if({arrivals:UInt8} = 1, cause = 0, what != 2 OR exit >= 0)
    AND ({reason:String} = '' OR reason = {reason:String})
    AND (at < fromUnixTimestamp64Milli({at_ms:Int64})
        OR (at = fromUnixTimestamp64Milli({at_ms:Int64})
            AND (run, person) < ({run:UInt64}, {person:UInt32})))
ORDER BY at DESC, run DESC, person DESC
LIMIT {limit:UInt32}

-- name: months
SELECT DISTINCT partition FROM system.parts
WHERE database = currentDatabase() AND table = 'journey_decisions' AND active
    AND toUInt32OrZero(partition) < {month:UInt32} AND toUInt32OrZero(partition) > 0

-- name: drop_month
ALTER TABLE journey_decisions DROP PARTITION {month:String}
