-- How customers are scored by their orders. `currency` '' is the one most orders are in, and
-- `window_days` 0 all time. Edges are made anew each day, each month, or stay as they are given.
create table rfm_settings (
    one boolean primary key default true check (one),
    currency text not null default '',
    window_days integer not null default 0 check (window_days >= 0),
    edges text not null default 'daily' check (edges in ('daily', 'monthly', 'fixed')),
    recency_days integer[] not null default '{}',
    frequency integer[] not null default '{}',
    monetary_minor bigint[] not null default '{}'
);
insert into rfm_settings default values;

-- The edges by which people are scored since `day`: the latest count. `made_by` says of which
-- orders they were made; `rhythm_days` is the time between orders that is usual here.
create table rfm_edges (
    day date primary key,
    made_by text not null,
    recency_days integer[] not null,
    frequency integer[] not null,
    monetary_minor bigint[] not null,
    rhythm_days double precision not null
);

-- The local day for which everybody was scored last.
create table rfm_run (
    one boolean primary key default true check (one),
    day date
);
insert into rfm_run default values;

-- Who ordered since. History has the order when it has every batch up to `behind`, the last one
-- there was when the mark was seen first.
create table rfm_mark (
    id bigint generated always as identity primary key,
    people integer[] not null,
    behind bigint
);
create function rfm_purchases() returns trigger language plpgsql as $$
begin
    insert into rfm_mark (people)
    select array_agg(distinct person) from changed having count(*) > 0;
    return null;
end $$;
create trigger rfm_insert after insert on purchase
    referencing new table as changed for each statement execute function rfm_purchases();

-- Whose scores are being written: told on when history has them.
create table rfm_pending (people integer[] not null);
