-- An order counts once, however many sources report it.
create table purchase (
    hash uuid primary key,
    order_id text not null,
    person integer not null,
    placed_at timestamptz not null,
    total_minor bigint not null,
    currency text not null,
    refunded_minor bigint not null default 0,
    source integer not null
);
create index purchase_person on purchase (person);
