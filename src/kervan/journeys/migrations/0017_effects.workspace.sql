-- Passages of steps whose effect was done (effects/once.py): a key that comes again does nothing.
create table journey_effect (
    key uuid primary key,
    at timestamptz not null
);
create index journey_effect_at on journey_effect (at);

-- Points that journeys promised to people, for whoever keeps accounts of points: it books each key
-- once, under the profile her number belongs to by then, and says when it took it.
create table points_wish (
    key uuid primary key,
    person integer not null,
    points integer not null,
    reason text not null,
    journey text not null,
    version integer not null,
    step text not null,
    run bigint not null,
    at timestamptz not null,
    taken_at timestamptz
);
create index points_wish_open on points_wish (at) where taken_at is null;
create index points_wish_person on points_wish (person);

-- What colleagues are to be told of somebody, until it is a mail on its way (a minute at most).
-- `receivers` are their addresses, `role` is whose members are told too ("" nobody's); `sealed` is
-- what the step says, under the person's key.
create table journey_notice (
    key uuid primary key,
    person integer not null,
    journey text not null,
    version integer not null,
    step text not null,
    run bigint not null,
    at timestamptz not null,
    receivers text[] not null,
    role text not null,
    language text not null,
    sealed bytea not null
);
create index journey_notice_at on journey_notice (at);
create index journey_notice_person on journey_notice (person);
