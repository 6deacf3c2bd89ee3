-- Pictures of the media library. `hash` is of the file as it came, so the same file twice is one
-- picture; `token` stands in its address, which nobody guesses; `found` are the folded words it is
-- found by.
create table media (
    id uuid primary key,
    hash bytea not null unique,
    token text not null unique,
    width integer not null,
    height integer not null,
    moving boolean not null,
    name text not null,
    alt jsonb not null,
    tags text[] not null,
    found text not null,
    at timestamptz not null,
    by text not null,
    archived_at timestamptz
);

-- What is sent out: the picture in each of its widths. It is compressed already.
create table media_file (
    media uuid not null references media (id) on delete cascade,
    width integer not null,
    height integer not null,
    kind text not null,
    size integer not null,
    body bytea not null,
    primary key (media, width)
);
alter table media_file alter column body set storage external;
