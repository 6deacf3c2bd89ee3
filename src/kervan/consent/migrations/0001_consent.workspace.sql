-- What a person agreed to or took back; append-only. The ledger's chain comes with its own issue.
create table consent_event (
    id bigint generated always as identity primary key,
    person integer not null,
    contact uuid,
    channel text not null,
    purpose text not null,
    granted boolean not null,
    at timestamptz not null,
    source integer not null,
    notice text not null,
    event_id uuid not null unique,
    recorded_at timestamptz not null
);
create index consent_event_person on consent_event (person);

-- The latest word by the person's own time; of two at once, the refusal.
create table consent_state (
    person integer not null,
    channel text not null,
    purpose text not null,
    granted boolean not null,
    at timestamptz not null,
    consent_event bigint not null,
    primary key (person, channel, purpose)
) with (fillfactor = 80);
