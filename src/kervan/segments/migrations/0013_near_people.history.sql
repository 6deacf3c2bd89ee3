-- Membership asks for a thousand people a second, strewn over all: of a million each asking read
-- every row. Small granules, in small blocks, let it read those about them; a question about
-- everybody costs as before.
DROP TABLE IF EXISTS {database}.people_near SYNC;
CREATE TABLE {database}.people_near AS {database}.people
ENGINE = ReplacingMergeTree(version)
ORDER BY person
SETTINGS index_granularity = 256, min_compress_block_size = 4096, max_compress_block_size = 65536,
    fsync_after_insert = 1, fsync_part_directory = 1, cleanup_delay_period = 5,
    cleanup_delay_period_random_add = 2, max_cleanup_delay_period = 10;
INSERT INTO {database}.people_near SELECT * FROM {database}.people;
EXCHANGE TABLES {database}.people_near AND {database}.people;
DROP TABLE IF EXISTS {database}.people_near SYNC;
