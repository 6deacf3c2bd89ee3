-- Journeys in shadow: a text that is played on the traffic since `since`, over and over, until
-- `until`. Nobody enters and nothing is sent; `report` is the last play's, good up to `good_until`.
-- `next_at` is null once there is nothing more to play. `tries` counts plays that were begun and
-- have not ended well, one after the other.
create table journey_shadow (
    key text primary key,
    text text not null,
    policy text not null default '',
    sample integer not null,
    seed integer not null,
    since timestamptz not null,
    until timestamptz not null,
    by text not null,
    next_at timestamptz,
    tries smallint not null default 0,
    took_ms integer not null default 0,
    good_until timestamptz,
    report jsonb,
    problem text not null default ''
);
