-- The registry of commercial messages (İYS): what must be told to it, and what it holds.

-- One way to the registry for each brand ('' is the only one). Secrets are sealed under `key`,
-- a key of its own, wrapped like a person's.
create table registry_account (
    brand text primary key,
    provider text not null,
    settings jsonb not null,
    key bytea not null,
    secrets bytea not null,
    enabled boolean not null,
    created_at timestamptz not null,
    changed_at timestamptz not null
);

-- How far an account has come. `ledger_place` is the last row of the ledger taken in: the ledger
-- has no gaps and is committed in its order. `after` is the registry's own cursor.
create table registry_progress (
    brand text primary key references registry_account on delete cascade,
    ledger_place bigint not null default 0,
    after text not null default '',
    pulled_at timestamptz,
    day_read date,
    next_submit_at timestamptz not null default '1970-01-01Z',
    next_check_at timestamptz not null default '1970-01-01Z',
    next_pull_at timestamptz not null default '1970-01-01Z',
    resume_at timestamptz not null default '1970-01-01Z',
    failures integer not null default 0,
    problem text not null default ''
) with (fillfactor = 50);

-- One row for each word of the ledger that must be registered; it ends in one final state.
create table registry_outbox (
    id bigint generated always as identity primary key,
    consent_event bigint not null unique,
    brand text not null,
    contact uuid not null,
    type text not null,
    recipient_type text not null,
    status text not null check (status in ('ONAY', 'RET')),
    consent_at timestamptz not null,
    source text not null,
    alarm_at timestamptz not null,
    due_at timestamptz not null,
    state text not null default 'waiting' check (state in
        ('waiting', 'sending', 'pending', 'doubt', 'done', 'dropped', 'refused', 'worthless')),
    reason text not null default '',
    attempts integer not null default 0,
    next_at timestamptz not null,
    sent_at timestamptz,
    sent_date timestamptz,
    request text not null default '',
    part text not null default '',
    alarmed_at timestamptz,
    ended_at timestamptz
) with (fillfactor = 70);
create index registry_outbox_open on registry_outbox (brand, state)
    where state in ('waiting', 'sending', 'pending', 'doubt');
create index registry_outbox_address on registry_outbox (contact, type, recipient_type, brand);

-- What the registry held of an address when last heard of; status '' is no record, `ours` says
-- that it is what we told it. The gate of Turkish commercial messages reads it.
create table registry_state (
    brand text not null,
    contact uuid not null,
    type text not null,
    recipient_type text not null,
    status text not null check (status in ('', 'ONAY', 'RET')),
    consent_at timestamptz,
    checked_at timestamptz not null,
    ours boolean not null default false,
    primary key (brand, contact, type, recipient_type)
) with (fillfactor = 80);

-- Addresses somebody needs a fresh state of; the registry's process asks for many at once.
create table registry_wanted (
    brand text not null,
    contact uuid not null,
    type text not null,
    recipient_type text not null,
    wanted_at timestamptz not null,
    primary key (brand, contact, type, recipient_type)
);
