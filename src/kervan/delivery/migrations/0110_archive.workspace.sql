-- Messages as they left, compressed against their template and sealed under the person's key: what
-- was said is gone with the key. Kept as long as messages are (privacy/retention.toml).
create table message_said (
    message uuid primary key,
    person integer not null,
    frame integer not null,
    at timestamptz not null,
    sealed bytea not null
);
alter table message_said alter column sealed set storage external;
create index message_said_person on message_said (person);
create index message_said_at on message_said (at);

-- What the messages of a template have in common; nothing of a person is in it.
create table said_frame (
    id integer generated always as identity primary key,
    hash bytea not null unique,
    body bytea not null
);
alter table said_frame alter column body set storage external;
