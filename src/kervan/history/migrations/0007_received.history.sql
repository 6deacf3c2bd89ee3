-- When events were received, granule by granule: what came in the last minute is looked for every
-- second, and is in few places.
ALTER TABLE {database}.events
    ADD INDEX IF NOT EXISTS received_range received_at TYPE minmax GRANULARITY 1;
ALTER TABLE {database}.events MATERIALIZE INDEX received_range;
