-- What waits for a person on the site. Its words lie sealed under the key of the atom it was
-- written for; `place` is the order in which messages came.
create table inbox_message (
    message uuid primary key,
    place bigint generated always as identity,
    person integer not null,
    sealed bytea not null,
    at timestamptz not null,
    expires_at timestamptz not null,
    read_at timestamptz,
    archived_at timestamptz
);

create index inbox_of_person on inbox_message (person, place desc);
create index inbox_expiry on inbox_message (expires_at);
