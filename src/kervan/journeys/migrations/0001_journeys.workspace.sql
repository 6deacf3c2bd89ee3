-- A journey is a line of versions; newcomers get the live one.
create table journey (
    id integer generated always as identity primary key,
    key text not null unique,
    live_version integer,
    -- the highest version number given so far
    versions integer not null default 0
);

-- A version never changes once written, but for its state:
-- draft, live (newcomers get it), replaced (those inside stay on it), stopped (nobody is inside).
create table journey_version (
    id integer generated always as identity primary key,
    journey integer not null references journey,
    number integer not null,
    text text not null,
    text_hash bytea not null,
    -- event names that can move somebody in this version
    names text[] not null,
    -- step key to the compiled message's template version
    templates jsonb not null,
    state text not null check (state in ('draft', 'live', 'replaced', 'stopped')),
    created_at timestamptz not null,
    unique (journey, number)
);

-- Counts publications: who caches definitions asks this one row whether they still hold.
create table journey_edition (
    one boolean primary key default true check (one),
    number bigint not null
);
insert into journey_edition values (true, 0);

create sequence journey_run_number as bigint cache 1;

-- One row per person and run. Only columns without an index are ever updated, so that every update
-- is a HOT one; wake-ups live in journey_timer for the same reason. `due_at` is the truth about
-- when time moves the run: a timer that disagrees with it is stale. 'infinity' means never.
-- state: 1 inside, 2 finished, 3 left by an event, 4 goal, 5 stopped, 6 too many steps.
create table journey_run (
    run bigint primary key,
    entered_at timestamptz not null,
    step_at timestamptz not null,
    due_at timestamptz not null,
    goal_at timestamptz not null,
    person integer not null,
    version integer not null,
    step smallint not null,
    visit smallint not null,
    state smallint not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);
create index journey_run_person on journey_run (person);

-- What the messages of a run may show: the event that began it and the basket it follows.
create table journey_context (
    run bigint primary key,
    context jsonb not null
) with (fillfactor = 70);

-- Wake-ups: appended, taken out when due. One row holds all runs of a bucket that one transaction
-- gave the same due time, so that a million people sent off together cost a few thousand rows.
create table journey_timer (
    due_at timestamptz not null,
    bucket smallint not null,
    runs bigint[] not null
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 5000);
create index journey_timer_due on journey_timer (due_at);

-- Events on their way to the journeys that care about their name, of known people only.
create table journey_signal (
    at timestamptz not null,
    person integer not null,
    bucket smallint not null,
    name text not null,
    event_id bytea not null,
    properties bytea not null
) with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 5000);
create index journey_signal_at on journey_signal (at);
