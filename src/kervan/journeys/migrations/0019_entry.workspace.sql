-- The times at which a schedule calls people, each once. `after` is the last person who was called
-- while a turn is open; a turn that was missed by too long, or gave way to a later one, says so.
create table journey_turn (
    journey integer not null references journey,
    at timestamptz not null,
    state text not null check (state in ('open', 'done', 'missed', 'skipped', 'refused')),
    segment text not null,
    people integer not null default 0,
    after integer not null default 0,
    -- why it was refused: an error's code
    reason text not null default '',
    primary key (journey, at)
);
create index journey_turn_open on journey_turn (at) where state = 'open';

-- Up to when the dates of people, and the changes of the catalogue, were looked through.
create table journey_looked (
    journey integer primary key references journey,
    until timestamptz not null,
    -- the last change of the catalogue
    change bigint not null default 0
);

-- Requests to let people in, by their idempotency key: the same again calls nobody twice, and
-- another body under a used key is refused. `key` and `body` are hashes.
create table journey_call_request (
    key bytea primary key,
    body bytea not null,
    at timestamptz not null
);
create index journey_call_request_at on journey_call_request (at);
