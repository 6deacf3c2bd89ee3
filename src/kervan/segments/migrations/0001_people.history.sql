-- Every head of a profile as questions about everybody need it: no contact points, no names, no
-- traits marked personal. A person who was erased, or whose profile is another's today, is `gone`.
-- The latest version wins. Parts that were rewritten are looked for every few seconds, so that an
-- erasure that has to be complete now does not wait for minutes.
CREATE TABLE IF NOT EXISTS {database}.people (
    person UInt32,
    version UInt64,
    gone UInt8,
    known_since DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    zone LowCardinality(String),
    language LowCardinality(String),
    country LowCardinality(String),
    -- month * 100 + day of the birthday; no year is kept
    birthday UInt16,
    -- a bit per channel: e-mail, SMS, call, WhatsApp, push
    address UInt16,
    verified UInt16,
    suppressed UInt16,
    -- channel/purpose/topic/brand -> granted until (ms); 0 when refused
    consents Map(LowCardinality(String), Int64),
    traits JSON(max_dynamic_paths = 256),
    -- the traits that are dates, as instants (ms): local-time arithmetic is done outside
    moments Map(LowCardinality(String), Int64),
    INDEX version_index version TYPE minmax GRANULARITY 1
) ENGINE = ReplacingMergeTree(version)
ORDER BY person
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, cleanup_delay_period = 5,
    cleanup_delay_period_random_add = 2, max_cleanup_delay_period = 10;

-- What is computed of people: RFM, life cycle, engagement and any other score. By itself, because
-- it changes by night for everybody and not when somebody tells us something.
CREATE TABLE IF NOT EXISTS {database}.scores (
    person UInt32,
    version UInt64,
    rfm_recency UInt8,
    rfm_frequency UInt8,
    rfm_monetary UInt8,
    rfm_group LowCardinality(String),
    life_cycle LowCardinality(String),
    engagement LowCardinality(String),
    scores Map(LowCardinality(String), Float64)
) ENGINE = ReplacingMergeTree(version)
ORDER BY person
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, cleanup_delay_period = 5,
    cleanup_delay_period_random_add = 2, max_cleanup_delay_period = 10;

-- Who is on an imported list: one row per person and list, the latest version wins.
CREATE TABLE IF NOT EXISTS {database}.list_members (
    list UInt32,
    person UInt32,
    version UInt64,
    gone UInt8
) ENGINE = ReplacingMergeTree(version)
ORDER BY (list, person)
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, cleanup_delay_period = 5,
    cleanup_delay_period_random_add = 2, max_cleanup_delay_period = 10;
