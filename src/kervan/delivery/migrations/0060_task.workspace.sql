-- What one of us does for a message: a call, or something in a store. One for each message.
-- state: 0 open, 1 taken, 2 being called, 3 done, 4 expired, 5 taken back.
create table task (
    message uuid primary key,
    kind text not null check (kind in ('call', 'store')),
    person integer not null,
    run bigint not null,
    account text not null,
    -- which store's list it is on, '' for none in particular
    store text not null,
    brand text not null,
    state smallint not null default 0,
    priority smallint not null,
    -- JSON sealed under the person's key: what to say and why
    sealed bytea not null,
    -- not before; a call-back or the next attempt moves it
    due_at timestamptz not null,
    expires_at timestamptz not null,
    taken_by uuid,
    -- whoever took it and is silent until then has it no more
    lease_until timestamptz,
    attempts smallint not null default 0,
    outcome text not null default '',
    created_at timestamptz not null,
    ended_at timestamptz
) with (fillfactor = 70);
create index task_queue on task (kind, (-priority), due_at, message) where state = 0;
create index task_leased on task (lease_until) where state in (1, 2);
create index task_expires on task (expires_at) where state in (0, 1, 2);
create index task_run on task (run) where state in (0, 1);
create index task_person on task (person);

-- Each time somebody tried: by whom, over which switch, and what came of it.
create table task_attempt (
    task uuid not null,
    number smallint not null,
    tried_by uuid not null,
    -- the switch that called, '' where the agent dialled by herself; and what it calls the call
    account text not null,
    call text not null default '',
    at timestamptz not null,
    ringing_at timestamptz,
    answered_at timestamptz,
    ended_at timestamptz,
    seconds integer,
    outcome text not null default '',
    -- what the agent noted, sealed under the person's key
    sealed bytea,
    primary key (task, number)
);
create unique index task_attempt_call on task_attempt (account, call) where call <> '';

-- A switch may speak of a call before our own books know what it calls it.
create table early_call (
    account text not null,
    call text not null,
    kind text not null,
    at timestamptz not null,
    seconds integer not null,
    primary key (account, call, kind)
);

-- In whose stores' lists somebody may look; who is in none sees all, or none, as her rights say.
create table store_staff (
    owner uuid not null,
    store text not null,
    primary key (owner, store)
);
