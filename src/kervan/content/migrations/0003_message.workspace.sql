-- (`message` itself is delivery's: one row per message to one person.)
-- A message is one intent; `templates` holds the template version of each channel and language
-- ({"email": {"tr": 4}, "sms": {"": 7}}: texts keep all their languages in one). `source` is no
-- jsonb: which language was written first counts.
create table message_definition (
    id integer generated always as identity primary key,
    key text not null unique,
    live integer
);

create table message_definition_version (
    message integer not null references message_definition (id),
    number integer not null,
    source json not null,
    hash bytea not null,
    templates jsonb not null,
    warnings jsonb not null,
    at timestamptz not null,
    by text not null,
    primary key (message, number)
);
