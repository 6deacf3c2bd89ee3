-- A question about people under a key, or an imported list. `number` is dense: sets and bitmaps of
-- memberships are made of it. Nothing is ever deleted; what is no longer used is archived.
create table segment (
    number integer primary key,
    key text not null unique,
    name text not null,
    sort text not null check (sort in ('tree', 'list')),
    state text not null check (state in ('active', 'archived')),
    -- of the tree; a list has none and stays at 1
    version integer not null,
    created_at timestamptz not null,
    created_by text not null,
    changed_at timestamptz not null,
    changed_by text not null
);

-- Every tree a segment has had; rows are only ever added.
create table segment_version (
    segment integer not null references segment (number),
    version integer not null,
    -- the rule tree in its one form; text, because jsonb puts keys in an order of its own
    tree text not null,
    -- of the sentence that was shown for it in English, so that a change of wording can be seen
    sentence_hash bytea not null,
    at timestamptz not null,
    by text not null,
    primary key (segment, version)
);

-- Grows with every change of a segment or a list, so that a process sees in one row whether what it
-- knows is old. Whoever changes segments holds it.
create table segment_edition (
    one boolean primary key default true check (one),
    number bigint not null
);
insert into segment_edition (number) values (0);

-- Words about who is on a list that history does not have yet. They are deleted once it has; a word
-- that reaches history twice says the same twice, for the higher version wins there.
create table segment_list_word (
    version bigint generated always as identity primary key,
    list integer not null references segment (number),
    people integer[] not null,
    gone boolean not null,
    at timestamptz not null
);
