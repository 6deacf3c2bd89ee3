-- Whose answers a batch may change: told on (`touched`) when ClickHouse has the batch, not before.
alter table kervan.batch add column touched integer[] not null default '{}';
