-- Which rules were in force when: a version is never changed, it only ends; so a decision of the
-- past can be made again. `definition` is canonical JSON (docs/reference/policy.schema.json).
create table policy_version (
    id bigint generated always as identity primary key,
    key text not null,
    number integer not null,
    definition text not null,
    author text not null,
    valid_from timestamptz not null,
    valid_until timestamptz,
    unique (key, number)
);
create unique index policy_version_in_force on policy_version (key) where valid_until is null;

-- A message's share of its person's caps, taken when the gate lets it go. Whether it counts is not
-- kept here but asked of the message: it does while that attempt is under way, and for good once
-- the message went or may have gone. So nothing has to be given back, whoever dies when.
create table slot (
    message uuid primary key,
    attempt integer not null,
    person integer not null,
    at timestamptz not null,
    channel text not null,
    class text not null,
    topic text not null,
    brand text not null
);
create index slot_person on slot (person, at);

-- Whose caps a gate is counting is locked here, in the order of numbers, until it has decided.
create table paced (person integer primary key);

-- What the gate said and why, one row per decision; a hold that only goes on is not said again.
-- `verdict` and `reason` are numbers of delivery/decide.py; nothing in `facts` is personal.
create table gate_decision (
    message uuid not null,
    attempt integer not null,
    at timestamptz not null,
    channel text not null,
    verdict smallint not null,
    reason smallint not null,
    until timestamptz,
    consent_event bigint,
    policy bigint,
    facts jsonb
);
create index gate_decision_message on gate_decision (message);
