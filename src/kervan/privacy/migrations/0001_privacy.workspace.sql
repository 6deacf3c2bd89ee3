-- What somebody asked by law. `person_id` is her public id: after an erasure it names nobody.
create table privacy_request (
    id uuid primary key,
    kind text not null
        check (kind in ('access', 'erasure', 'portability', 'objection', 'rectification')),
    person_id uuid not null,
    jurisdiction text not null,
    received_at timestamptz not null,
    due_at timestamptz not null,
    -- how it came, and how we know that it was she: words, never copies of papers
    channel text not null,
    identity_proof text not null,
    note text not null default '',
    state text not null default 'open' check (state in ('open', 'done', 'refused')),
    answer text not null default '',
    actor text not null,
    closed_at timestamptz,
    closed_by text not null default ''
);
create index privacy_request_open on privacy_request (due_at) where state = 'open';

-- What was done for a request, in order; rows are only ever added.
create table privacy_step (
    id bigint generated always as identity primary key,
    request uuid not null references privacy_request,
    at timestamptz not null,
    what text not null,
    actor text not null
);
create index privacy_step_request on privacy_step (request);

-- An erasure, step by step, so that it goes on where it was cut off. Holds numbers only.
create table erasure (
    id uuid primary key,
    person_id uuid not null unique,
    request uuid references privacy_request,
    started_at timestamptz not null,
    -- also the copies for a replay, the old parts and pages, and the write-ahead log
    at_once boolean not null,
    head integer not null,
    people integer[] not null default '{}',
    erased_xid text,
    copies_until date,
    finished_at timestamptz
);
create index erasure_open on erasure (started_at) where finished_at is null;

create table erasure_step (
    erasure uuid not null references erasure,
    step text not null,
    at timestamptz not null,
    rows bigint not null,
    primary key (erasure, step)
);

-- How long each kind of data is kept, where the workspace chose another time than ours.
create table retention_rule (
    kind text primary key,
    days integer check (days > 0),
    source text not null,
    changed_at timestamptz not null,
    changed_by text not null
);

-- Who else gets personal data, where, why and on what ground: the register the law asks for.
create table processor (
    id uuid primary key,
    name text not null,
    role text not null check (role in ('processor', 'controller', 'joint_controller')),
    country text not null,
    purposes text not null,
    data text not null,
    people text not null,
    -- for a transfer abroad: adequacy, standard_contract, binding_rules, consent or derogation
    transfer_basis text not null default '',
    contract text not null default '',
    contract_signed_on date,
    -- when the contract was told to the authority, where the law wants that
    notified_on date,
    begins_on date not null,
    ends_on date,
    changed_at timestamptz not null,
    changed_by text not null
);
