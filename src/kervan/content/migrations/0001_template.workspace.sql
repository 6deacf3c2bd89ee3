-- A template is compiled once; a message names the version it was made from. `hash` covers the
-- source and the compiler's version, so saving the same text twice gives the same row.
create table template_version (
    id bigint generated always as identity primary key,
    hash bytea not null unique,
    source jsonb not null,
    compiled bytea not null,
    static_links text[] not null
);

-- Opens and clicks wait here for a few seconds, until it can be seen whether a machine made them:
-- a scanner follows all links at once, but its first request looks like any other.
create table touch (
    message uuid not null,
    link integer not null,
    second bigint not null,
    head boolean not null,
    at timestamptz not null,
    handed_at timestamptz,
    agent text not null,
    url text not null,
    links integer not null,
    person integer not null,
    journey text not null,
    version integer not null,
    step text not null,
    run bigint not null,
    channel text not null,
    machine boolean,
    primary key (message, link, second, head)
);
create index touch_open on touch (at) where machine is null;
create index touch_done on touch (at) where machine is not null;
