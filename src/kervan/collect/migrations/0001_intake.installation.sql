-- Where events come from; a write key names one and can only write.
create table kervan.source (
    id integer generated always as identity primary key,
    workspace smallint not null references kervan.workspace (id),
    name text not null,
    kind text not null check (kind in
        ('browser', 'server', 'till', 'kiosk', 'call_centre', 'import', 'kervan')),
    trusted boolean not null,
    rate_limit_per_second integer not null default 0,
    allowed_origins text[] not null default '{}',
    enabled boolean not null default true,
    created_at timestamptz not null,
    unique (workspace, name)
);

-- Keys are kept as hashes; several may be good at once, so that one is rotated without loss.
create table kervan.write_key (
    hash bytea primary key,
    source integer not null references kervan.source (id),
    hint text not null,
    created_at timestamptz not null,
    revoked_at timestamptz
);

-- Raw bodies, durable before they are acknowledged: one row holds one group commit of one
-- workspace, sealed under the day's key. `batch` is null until the row is resolved.
create sequence kervan.intake_id;
create table kervan.intake (
    -- no identity column: a partition with one cannot be attached without blocking
    id bigint not null default nextval('kervan.intake_id'),
    day date not null,
    workspace smallint not null,
    received_at timestamptz not null,
    events integer not null,
    -- imported history waits behind what happens now
    bulk boolean not null default false,
    batch bigint,
    body bytea not null
) partition by list (day);
alter table kervan.intake alter column body set storage external;
create index intake_open on kervan.intake (workspace, bulk, id) where batch is null;

-- A resolved micro-batch on its way into ClickHouse: the block, ready to insert again after a
-- crash. The row goes when ClickHouse has it durably.
create table kervan.batch (
    id bigint generated always as identity primary key,
    workspace smallint not null,
    worker integer not null,
    created_at timestamptz not null,
    rows integer not null,
    block bytea not null,
    links bytea not null
);
alter table kervan.batch alter column block set storage external;

-- Events that could not be understood, each with its reason, sealed under the day's key.
create table kervan.dead_letter (
    id bigint generated always as identity primary key,
    workspace smallint not null,
    source integer not null,
    received_at timestamptz not null,
    day date not null,
    reason text not null,
    detail text not null,
    -- how to read it again: the kind of path it came by, and its envelope's own stamp
    door text not null,
    sent_at timestamptz,
    body bytea not null,
    resent_at timestamptz
);
create index dead_letter_open on kervan.dead_letter (workspace, id desc) where resent_at is null;
create sequence kervan.worker_number as integer;
