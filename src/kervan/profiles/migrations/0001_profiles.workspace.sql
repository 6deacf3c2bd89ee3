-- A person; the dense number is for the inside, the UUID for the outside.
-- Traits are {name: [value, at_ms]}: the latest by event time wins.
create table profile (
    person integer generated always as identity primary key,
    id uuid not null unique,
    -- the person's own key, wrapped: destroying it erases all that was sealed with it
    key bytea not null,
    personal bytea,
    traits jsonb not null default '{}',
    created_at timestamptz not null,
    merged_into integer
) with (fillfactor = 80);

-- Strong identifiers: 1 customer id, 2 e-mail, 3 phone, 4 loyalty card. One owner each.
create table identifier (
    kind smallint not null,
    hash uuid not null,
    person integer not null,
    sealed bytea not null,
    claimed_at timestamptz not null,
    source integer not null,
    verified_at timestamptz,
    primary key (kind, hash)
);
create index identifier_person on identifier (person);

-- What an untrusted source says of somebody: kept, shown, and joining nobody.
create table claim (
    person integer not null,
    kind smallint not null,
    hash uuid not null,
    sealed bytea not null,
    claimed_at timestamptz not null,
    source integer not null,
    reason text not null,
    primary key (person, kind, hash)
);

-- A visit of one anonymous id: events of it closer than 30 minutes to each other.
create table session (
    number bigint generated always as identity primary key,
    anonymous uuid not null,
    first_at timestamptz not null,
    last_at timestamptz not null,
    person integer not null default 0
) with (fillfactor = 80);
create index session_anonymous on session (anonymous);
create index session_person on session (person) where person <> 0;
