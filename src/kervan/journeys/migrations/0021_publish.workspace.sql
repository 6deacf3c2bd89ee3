-- A paused journey takes nobody in and lets nobody come to a next step. `pause_timers` says what
-- time does meanwhile: 'run' on, or 'stop'.
alter table journey add column paused_at timestamptz;
alter table journey add column pause_timers text not null default 'run';

-- What was done with a journey, in order: publish, undo, pause, resume, stop. `before` is the
-- version that was live until then, `version` the one that is live from then on; `people` says what
-- became of those inside. Undoing goes back along this line.
create table journey_deed (
    id integer generated always as identity primary key,
    journey integer not null references journey,
    deed text not null check (deed in ('publish', 'undo', 'pause', 'resume', 'stop')),
    version integer,
    before integer,
    people text not null default 'stay',
    inside integer not null default 0,
    undone boolean not null default false,
    at timestamptz not null,
    by text not null
);
create index journey_deed_journey on journey_deed (journey, id);

-- What is to be done with the runs of some versions, by whoever holds their buckets.
-- kind: move (to `version`), hold (timers of a pause), resume, stop.
create table journey_change (
    id integer generated always as identity primary key,
    journey integer not null references journey,
    kind text not null check (kind in ('move', 'hold', 'resume', 'stop')),
    version integer,
    froms integer[] not null,
    settings jsonb not null,
    at timestamptz not null
);

-- Buckets whose holder has not listed her runs for a change yet.
create table journey_change_bucket (
    change integer not null,
    bucket smallint not null,
    primary key (bucket, change)
);

-- Runs that a change still has to reach, up to a thousand a row.
create table journey_change_runs (
    id bigint generated always as identity primary key,
    change integer not null,
    bucket smallint not null,
    runs bigint[] not null
);

-- When time would have moved somebody whose timers a pause has stopped.
create table journey_held (
    run bigint primary key,
    due_at timestamptz not null
);

-- Texts that are being written: what is live is another thing. `edition` counts the changes, so
-- that nobody writes over what she has not seen.
create table journey_draft (
    key text primary key,
    text text not null,
    base integer not null,
    edition integer not null,
    at timestamptz not null,
    by text not null
);
