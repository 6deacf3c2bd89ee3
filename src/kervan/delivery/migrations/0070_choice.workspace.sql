-- How people like her react, by level and channel: share of messages and how many messages that
-- belief is worth. Made anew every day from a sample of history; names nobody.
create table choice_prior (
    level text not null,
    channel text not null,
    share double precision not null,
    weight double precision not null,
    primary key (level, channel)
);

-- The share of reactions at each local hour (24 numbers), by level.
create table choice_hours (
    level text primary key,
    hours double precision[] not null
);

create table choice_learnt (
    one boolean primary key default true check (one),
    at timestamptz not null,
    people integer not null
);

-- Why this channel and this hour, where they were chosen for the person: canonical JSON of counts.
alter table message add column choice jsonb;
