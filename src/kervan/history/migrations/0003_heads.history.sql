-- Whose profile an atom (the events of one identifier) belongs to today; the latest version wins.
-- An atom that was taken out of a profile again is its own head.
CREATE TABLE IF NOT EXISTS {database}.person_link (
    person UInt32,
    head UInt32,
    version UInt64,
    at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    INDEX version_index version TYPE minmax GRANULARITY 1
) ENGINE = ReplacingMergeTree(version)
ORDER BY person
SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

-- When a link was written.
ALTER TABLE {database}.session_link
    ADD COLUMN IF NOT EXISTS at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1));

-- What changed lately, in the order it came: read anew every second, while the settled arrays over
-- all links, which take a second for ten million, are read anew now and then.
CREATE TABLE IF NOT EXISTS {database}.link_settled (at DateTime64(3, 'UTC'))
ENGINE = ReplacingMergeTree(at) ORDER BY tuple();

CREATE TABLE IF NOT EXISTS {database}.session_link_young (
    at DateTime64(3, 'UTC'),
    session UInt64,
    person UInt32,
    version UInt64
) ENGINE = MergeTree
PARTITION BY toDate(at)
ORDER BY at
TTL toDateTime(at) + INTERVAL 3 DAY
SETTINGS ttl_only_drop_parts = 1;
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.to_session_link_young
TO {database}.session_link_young AS
SELECT at, session, person, version FROM {database}.session_link;

CREATE TABLE IF NOT EXISTS {database}.person_link_young (
    at DateTime64(3, 'UTC'),
    person UInt32,
    head UInt32,
    version UInt64
) ENGINE = MergeTree
PARTITION BY toDate(at)
ORDER BY at
TTL toDateTime(at) + INTERVAL 3 DAY
SETTINGS ttl_only_drop_parts = 1;
CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.to_person_link_young
TO {database}.person_link_young AS
SELECT at, person, head, version FROM {database}.person_link;

CREATE DICTIONARY IF NOT EXISTS {database}.person_head (
    person UInt64,
    head UInt32 DEFAULT 0
) PRIMARY KEY person
SOURCE(CLICKHOUSE(QUERY 'SELECT person, argMax(head, version) AS head FROM {database}.person_link GROUP BY person'))
LAYOUT(FLAT(INITIAL_ARRAY_SIZE 1024 MAX_ARRAY_SIZE 500000000))
LIFETIME(0);

CREATE DICTIONARY IF NOT EXISTS {database}.person_head_young (
    person UInt64,
    head UInt32 DEFAULT 0
) PRIMARY KEY person
SOURCE(CLICKHOUSE(QUERY 'SELECT person, argMax(head, version) AS head FROM {database}.person_link_young WHERE at > (SELECT max(at) FROM {database}.link_settled) GROUP BY person'))
LAYOUT(FLAT(INITIAL_ARRAY_SIZE 1024 MAX_ARRAY_SIZE 500000000))
LIFETIME(0);

-- A visit that is nobody's again has to outdo its settled link: 4294967295, which `atom` reads as 0.
CREATE DICTIONARY IF NOT EXISTS {database}.session_person_young (
    session UInt64,
    person UInt32 DEFAULT 0
) PRIMARY KEY session
SOURCE(CLICKHOUSE(QUERY 'SELECT session, if(argMax(person, version) = 0, toUInt32(4294967295), argMax(person, version)) AS person FROM {database}.session_link_young WHERE at > (SELECT max(at) FROM {database}.link_settled) GROUP BY session'))
LAYOUT(FLAT(INITIAL_ARRAY_SIZE 1024 MAX_ARRAY_SIZE 500000000))
LIFETIME(0);

-- Said once, for every report: whose event it is. `atom` is the identifier it was done under, also
-- when that came out later, `who` the person whose profile that is today; 0 for nobody known. Sums
-- instead of conditions, because rows that take different ways cost more than both ways.
ALTER TABLE {database}.events ADD COLUMN IF NOT EXISTS atom UInt32 ALIAS toUInt32(
    person
    + dictGet('{database}.session_person_young', 'person', session * (person = 0)) % 4294967295
    + (dictGet('{database}.session_person_young', 'person', session * (person = 0)) = 0)
        * dictGet('{database}.session_person', 'person', session * (person = 0)));
ALTER TABLE {database}.events ADD COLUMN IF NOT EXISTS who UInt32 ALIAS toUInt32(
    dictGet('{database}.person_head_young', 'head', atom)
    + (dictGet('{database}.person_head_young', 'head', atom) = 0)
        * (dictGet('{database}.person_head', 'head', atom)
            + (dictGet('{database}.person_head', 'head', atom) = 0) * atom));
ALTER TABLE {database}.events_by_person ADD COLUMN IF NOT EXISTS atom UInt32 ALIAS toUInt32(
    person
    + dictGet('{database}.session_person_young', 'person', session * (person = 0)) % 4294967295
    + (dictGet('{database}.session_person_young', 'person', session * (person = 0)) = 0)
        * dictGet('{database}.session_person', 'person', session * (person = 0)));
ALTER TABLE {database}.events_by_person ADD COLUMN IF NOT EXISTS who UInt32 ALIAS toUInt32(
    dictGet('{database}.person_head_young', 'head', atom)
    + (dictGet('{database}.person_head_young', 'head', atom) = 0)
        * (dictGet('{database}.person_head', 'head', atom)
            + (dictGet('{database}.person_head', 'head', atom) = 0) * atom));
