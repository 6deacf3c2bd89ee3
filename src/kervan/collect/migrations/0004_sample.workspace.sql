-- The sample shop that somebody asked for: how many of its invoices are in the intake. `last_day` is
-- the day its history ends on, set with `wanted` when the first of them is read.
create table sample_shop (
    one boolean primary key default true check (one),
    source integer not null,
    sent integer not null default 0,
    wanted integer not null,
    last_day date not null,
    begun_at timestamptz not null,
    begun_by text not null,
    ended_at timestamptz
);
