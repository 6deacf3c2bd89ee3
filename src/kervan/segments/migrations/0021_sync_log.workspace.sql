-- What was said to the receivers of segments and what became of it: one row for each attempt, the
-- latest few hundred of each segment. Names nobody; the URL stands here because it may change.
create table segment_sync_attempt (
    id bigint generated always as identity primary key,
    segment integer not null references segment (number),
    batch text not null,
    sequence bigint not null,
    attempt integer not null,
    url text not null,
    added integer not null,
    removed integer not null,
    at timestamptz not null,
    took_ms integer not null,
    -- '' when it was acknowledged, else a code
    problem text not null,
    next_at timestamptz
);
create index segment_sync_attempt_of on segment_sync_attempt (segment, id);
