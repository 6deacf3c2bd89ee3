-- Decisions on their way into history: each turn appends one packed block in its transaction, a
-- chore carries it over. `id` goes along as the rows' batch. Blocks are compressed already.
create table journey_decided (
    id bigint generated always as identity primary key,
    rows integer not null,
    block bytea not null
);
alter table journey_decided alter column block set storage external;
