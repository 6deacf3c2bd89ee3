-- Where anonymous visits lie: their numbers rise with time, and so do a granule's least and most. A
-- bloom filter says "perhaps" of nearly every place once a few hundred visits are asked for at once.
ALTER TABLE {database}.events_by_person
    ADD INDEX IF NOT EXISTS session_range session TYPE minmax GRANULARITY 1;
ALTER TABLE {database}.events_by_person MATERIALIZE INDEX session_range;
ALTER TABLE {database}.events_by_person DROP INDEX IF EXISTS session_index;
