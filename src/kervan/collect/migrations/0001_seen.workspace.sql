-- (source, messageId) of what was taken in, as 16-byte hashes by the week the event happened, so
-- that a retry lands beside its original and a whole week is dropped at once.
create table seen (
    week date not null,
    hash uuid not null,
    primary key (week, hash)
) partition by list (week);

create table seen_week (
    week date primary key,
    used_at timestamptz not null
);

-- Names in use: 100,000 distinct names are a mistake in a shop's code, not a vocabulary.
create table event_name (
    name text primary key,
    first_at timestamptz not null
);
