-- Pieces of templates that many messages share. A message takes in what is live when it is applied.
create table block_definition (
    id integer generated always as identity primary key,
    key text not null unique,
    live integer
);

create table block_definition_version (
    block integer not null references block_definition (id),
    number integer not null,
    source json not null,
    at timestamptz not null,
    by text not null,
    primary key (block, number)
);
