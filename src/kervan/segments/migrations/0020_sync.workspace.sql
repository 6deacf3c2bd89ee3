-- Where a segment's members are told to: at most one receiver a segment. `id` is another for every
-- start from nothing; `sequence` is the number of the latest batch made, and `is_pending` says that
-- it has not been acknowledged yet.
create table segment_sync (
    segment integer primary key references segment (number),
    id uuid not null unique,
    url text not null,
    secret bytea not null,
    -- may lie in the operator's own network: said on the command line only
    is_private boolean not null,
    state text not null check (state in ('active', 'stopped')),
    sequence bigint not null default 0,
    is_pending boolean not null default false,
    attempts integer not null default 0,
    problem text not null default '',
    failing_since timestamptz,
    next_at timestamptz not null,
    told_at timestamptz,
    created_at timestamptz not null,
    created_by text not null
);

-- Whom a receiver knows as a member; `pending` is what the batch under way says of her. The public
-- id stands here because the receiver has to hear also of whom nothing else is known any more that
-- she has left.
create table segment_sync_member (
    segment integer not null references segment_sync (segment) on delete cascade,
    person integer not null,
    id uuid not null,
    pending text check (pending in ('added', 'removed')),
    primary key (segment, person)
);
create index segment_sync_pending on segment_sync_member (segment) where pending is not null;
