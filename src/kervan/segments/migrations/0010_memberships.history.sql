-- Who is in which segment, as live membership keeps it in PostgreSQL, for questions about
-- everybody: of the segments from 64 * word to 64 * word + 63 one bit each. Of each person all
-- words are written together, so that the latest version of each says all. Whose row in PostgreSQL
-- is gone has words without bits.
CREATE TABLE IF NOT EXISTS {database}.memberships (
    word UInt16,
    person UInt32,
    version UInt64,
    inside UInt64,
    INDEX version_index version TYPE minmax GRANULARITY 1
) ENGINE = ReplacingMergeTree(version)
ORDER BY (word, person)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, cleanup_delay_period = 5,
    cleanup_delay_period_random_add = 2, max_cleanup_delay_period = 10;
