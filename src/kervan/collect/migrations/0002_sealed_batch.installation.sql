-- A block on its way into ClickHouse holds events in the clear: it is sealed under the key of `day`,
-- like the bodies it was made of. Blocks of before have no day and are finished as they are.
alter table kervan.batch add column day date;
