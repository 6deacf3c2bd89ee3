-- What is asked of few people is read whole: their properties as text, which need no second pass
-- through a JSON column; questions about everybody keep theirs. Small merges stay in one file each.
DROP VIEW IF EXISTS {database}.to_events;
DROP VIEW IF EXISTS {database}.to_events_by_person;
DROP TABLE IF EXISTS {database}.events_in;
ALTER TABLE {database}.events_by_person MODIFY COLUMN properties String CODEC(ZSTD(1));
ALTER TABLE {database}.events MODIFY SETTING min_bytes_for_wide_part = 104857600;
ALTER TABLE {database}.events_by_person MODIFY SETTING min_bytes_for_wide_part = 104857600;
CREATE TABLE IF NOT EXISTS {database}.events_in AS {database}.events_by_person ENGINE = Null;
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.to_events TO {database}.events AS
SELECT * REPLACE (CAST(properties AS JSON(max_dynamic_paths = 256)) AS properties)
FROM {database}.events_in;
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.to_events_by_person
TO {database}.events_by_person AS SELECT * FROM {database}.events_in;

-- To find the links of one batch without reading all of them.
ALTER TABLE {database}.session_link
    ADD INDEX IF NOT EXISTS version_index version TYPE minmax GRANULARITY 1;
