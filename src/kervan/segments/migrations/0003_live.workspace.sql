-- Who is in which segment now: bit n of `inside` (the lowest bit of a byte first) is the segment
-- with the number n. `flip_at_ms` is never later than the instant at which time alone may change
-- one of the answers. Written by one process, and read at its start instead of asked again.
create table membership (
    person integer primary key,
    inside bytea not null,
    flip_at_ms bigint not null
) with (fillfactor = 75);

-- The segments whose members are all known, each by the digest of the question it was then: of
-- another digest it has to be filled again.
create table segment_live (
    segment integer primary key references segment (number),
    digest bytea not null,
    filled_at timestamptz not null
);

-- The events that active segments ask about: who does another one need not be asked again.
create table segment_watch (
    one boolean primary key default true check (one),
    names text[] not null
);
insert into segment_watch (names) values ('{}');
