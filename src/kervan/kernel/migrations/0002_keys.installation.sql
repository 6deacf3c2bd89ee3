-- Random keys (the installation's, each workspace's), wrapped under a master key. While the master
-- key is being changed a key has two rows, one under each: either master opens everything.
create table kervan.stored_key (
    name text not null,
    -- the fingerprint of the master key that opens it
    master bytea not null,
    wrapped bytea not null,
    stored_at timestamptz not null,
    primary key (name, master)
);

-- Keys that were derived from the master key before this table was: stored as they are at the next
-- start, so that what they sealed stays readable.
create table kervan.derived_key (
    name text primary key
);
insert into kervan.derived_key (name)
select 'workspace ' || key from kervan.workspace
union all
select 'installation' where exists (select from kervan.workspace);
