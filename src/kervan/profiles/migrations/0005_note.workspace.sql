-- What staff wrote about a person, sealed under her key.
create table note (
    id uuid primary key,
    person integer not null,
    at timestamptz not null,
    author text not null,
    sealed bytea not null
);
create index note_person on note (person, at);
