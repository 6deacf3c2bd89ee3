-- name: of_person
-- What comes after one event in the order of the answer, which no two events share: a
-- millisecond may hold many. In the order of the table, so that no more is read than asked for.
SELECT {columns} FROM events_by_person
WHERE person = {person:UInt32} AND {place}
ORDER BY at DESC, event_id LIMIT {limit:UInt32}

-- name: of_people
SELECT {columns} FROM events_by_person
WHERE person IN {people:Array(UInt32)} AND {place}
ORDER BY at DESC, event_id LIMIT {limit:UInt32}

-- name: of_visits
-- Anonymous events lie in the order of time: those of a few visits between their ends.
SELECT {columns} FROM events_by_person
WHERE person = 0 AND session IN {sessions:Array(UInt64)} AND {place}
    AND at >= fromUnixTimestamp64Milli({first_ms:Int64})
    AND at <= fromUnixTimestamp64Milli({last_ms:Int64})
ORDER BY at DESC, event_id LIMIT {limit:UInt32}

-- name: place
at <= fromUnixTimestamp64Milli({at_ms:Int64})
    AND (at < fromUnixTimestamp64Milli({at_ms:Int64}) OR event_id > unhex({event_id:String}))

-- name: columns
lower(hex(event_id)) AS id, toUnixTimestamp64Milli(at) AS at_ms, name, kind, channel, source,
    order_id, currency, value_minor, properties

-- name: together
SELECT * FROM ({parts}) ORDER BY at_ms DESC, id LIMIT {limit:UInt32}

-- name: count_people
-- Two questions: with OR the index on visits is of no use, and all nameless events are read.
SELECT
    (SELECT count() FROM events_by_person WHERE person IN {people:Array(UInt32)})
    + (SELECT count() FROM events_by_person
        WHERE person = 0 AND session != 0 AND session IN {sessions:Array(UInt64)})
