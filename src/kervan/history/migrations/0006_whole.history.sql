-- A person's history lies in one place. By month it lay in as many as she had months, each with its
-- own granules and blocks to unpack: of a million people with fifty million events the history of a
-- thousand cost seconds. Blocks are small for the same reason: few rows of each are wanted. Parts are
-- merged as early as is usual, because each is one more place to look. What is older than may be kept
-- is deleted by its time (drop_months) instead of by its partition.
DROP TABLE IF EXISTS {database}.events_by_person_whole SYNC;
CREATE TABLE {database}.events_by_person_whole AS {database}.events_by_person
ENGINE = MergeTree
PARTITION BY tuple()
ORDER BY (person, at)
SETTINGS index_granularity = 256, min_compress_block_size = 4096, max_compress_block_size = 65536,
    fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000,
    min_bytes_for_wide_part = 104857600, min_age_to_force_merge_seconds = 86400,
    min_age_to_force_merge_on_partition_only = 1, cleanup_delay_period = 5,
    cleanup_delay_period_random_add = 2, max_cleanup_delay_period = 10;

-- Copied some years at a time, so that none of these takes longer than a client waits.
INSERT INTO {database}.events_by_person_whole SELECT * FROM {database}.events_by_person
WHERE at < '2020-01-01' SETTINGS insert_deduplicate = 0;
INSERT INTO {database}.events_by_person_whole SELECT * FROM {database}.events_by_person
WHERE at >= '2020-01-01' AND at < '2023-01-01' SETTINGS insert_deduplicate = 0;
INSERT INTO {database}.events_by_person_whole SELECT * FROM {database}.events_by_person
WHERE at >= '2023-01-01' AND at < '2025-01-01' SETTINGS insert_deduplicate = 0;
INSERT INTO {database}.events_by_person_whole SELECT * FROM {database}.events_by_person
WHERE at >= '2025-01-01' AND at < '2026-01-01' SETTINGS insert_deduplicate = 0;
INSERT INTO {database}.events_by_person_whole SELECT * FROM {database}.events_by_person
WHERE at >= '2026-01-01' SETTINGS insert_deduplicate = 0;

-- The door stays shut meanwhile; it opens onto the new table.
DROP VIEW IF EXISTS {database}.to_events_by_person;
EXCHANGE TABLES {database}.events_by_person_whole AND {database}.events_by_person;
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.to_events_by_person
TO {database}.events_by_person AS SELECT * FROM {database}.events_in;
DROP TABLE IF EXISTS {database}.events_by_person_whole SYNC;
