-- name: count
-- The load's own events: neither what was inserted barely, for the floor, nor Kervan's own doings.
SELECT count(), uniqExact(event_id) FROM {table}
WHERE batch < {below:UInt64} AND source = {source:UInt16}

-- name: others
-- What Kervan told of itself meanwhile.
SELECT name, count() FROM events
WHERE batch > {after:UInt64} AND batch < {below:UInt64} AND source != {source:UInt16}
GROUP BY name ORDER BY name

-- name: rows
-- The rows of a run as they were written, a batch at a time, in no order that helps an insert.
SELECT event_id, kind, name, person, session, toUnixTimestamp64Milli(at) AS at_ms,
    toUnixTimestamp64Milli(received_at) AS received_ms, source, channel, order_id, currency,
    value_minor, toJSONString(properties) AS properties, context, batch
FROM events WHERE batch >= {first:UInt64} ORDER BY batch, event_id

-- name: last_batch
SELECT max(batch) FROM events WHERE batch < {below:UInt64}

-- name: batches
SELECT uniqExact(batch), count() FROM events WHERE batch > {after:UInt64}
