-- Parts that were rewritten are looked for every few seconds, so that an erasure that has to be
-- complete now does not wait for minutes.
ALTER TABLE {database}.events MODIFY SETTING cleanup_delay_period = 5,
    cleanup_delay_period_random_add = 2, max_cleanup_delay_period = 10;
ALTER TABLE {database}.events_by_person MODIFY SETTING cleanup_delay_period = 5,
    cleanup_delay_period_random_add = 2, max_cleanup_delay_period = 10;

-- What the orders of somebody who is being erased are called from now on: in memory only, so that
-- no disk ever knows both names.
CREATE TABLE IF NOT EXISTS {database}.order_pseudonym (
    order_id String,
    given String
) ENGINE = Join(ANY, LEFT, order_id) SETTINGS persistent = 0;
