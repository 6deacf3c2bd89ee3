-- By which beginnings of her names each person is found: 32 bits of a keyed hash of each folded
-- prefix and whole word. What they stand for is checked after the name itself has been opened.
create table person_name (
    person integer primary key,
    hashes integer[] not null
);
-- New rows wait in a short list, so that a batch pays once for all its prefixes.
create index person_name_hashes on person_name using gin (hashes)
    with (fastupdate = on, gin_pending_list_limit = 2048);

-- People who were there before this index get theirs from a worker, for only it can open names.
create table search_fill (
    one boolean primary key default true check (one),
    next_person integer not null,
    last_person integer not null
);
insert into search_fill (next_person, last_person)
select 1, coalesce(max(person), 0) from profile;
