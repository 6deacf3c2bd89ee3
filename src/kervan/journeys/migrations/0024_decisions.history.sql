-- Every decision of every journey, for good: what happened to whom before which step, numbers only.
-- A run's decisions lie in one place and in time, so that her story is one look and what repeats
-- itself costs next to nothing; refusals, which have no run, lie by person under run 0. A run
-- belongs to whom PostgreSQL says today, so that nothing is rewritten when people are joined;
-- `person` is who she was then. `exit` is that of the step's version, -1 stays, -2 leaves. `until`
-- is when somebody who stays is looked at again, in seconds after `at`. `batch` is the block.
CREATE TABLE IF NOT EXISTS {database}.journey_decisions (
    run UInt64 CODEC(Delta, ZSTD(1)),
    person UInt32 CODEC(ZSTD(1)),
    version UInt32 CODEC(T64, ZSTD(1)),
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    what Enum8('entered' = 1, 'passed' = 2, 'goal' = 3, 'left' = 4, 'refused' = 5) CODEC(ZSTD(1)),
    step UInt16 CODEC(T64, ZSTD(1)),
    visit UInt16 CODEC(T64, ZSTD(1)),
    cause UInt8 CODEC(ZSTD(1)),
    exit Int16 CODEC(T64, ZSTD(1)),
    until UInt32 CODEC(T64, ZSTD(1)),
    reason LowCardinality(String),
    event LowCardinality(String),
    event_id FixedString(16) CODEC(ZSTD(1)),
    value_minor Int64 CODEC(T64, ZSTD(1)),
    currency LowCardinality(String),
    batch UInt64 CODEC(T64, ZSTD(1)),
    INDEX batch_range batch TYPE minmax GRANULARITY 1,
    -- Counted once for every part, whatever is merged, inserted twice or deleted.
    PROJECTION counted (
        SELECT version, what, step, exit, cause, reason, currency, count(), sum(value_minor)
        GROUP BY version, what, step, exit, cause, reason, currency
    )
) ENGINE = MergeTree
PARTITION BY toYYYYMM(at)
ORDER BY (run, person, at, visit, what)
SETTINGS index_granularity = 1024, fsync_after_insert = 1, fsync_part_directory = 1,
    non_replicated_deduplication_window = 1000, min_bytes_for_wide_part = 104857600;
