-- One row per intended message, written twice in its life: when it is intended and when it reached
-- its final state. No index names a column of the second write, so that it stays a HOT update.
-- state: 0 queued (its `message_open` row says whether it is being sent or in doubt), 2 accepted,
-- 3 delivered, 4 failed, 5 suppressed, 6 expired, 7 cancelled, 8 ghost, 9 unknown.
create table message (
    id uuid primary key,
    -- 16-byte hash of (run, step, visit): intending twice is intending once
    key bytea not null unique,
    person integer not null,
    bucket smallint not null,
    journey text not null,
    version integer not null,
    step text not null,
    run bigint not null,
    channel text not null,
    class text not null check (class in ('marketing', 'transactional')),
    template_version bigint not null,
    -- JSON sealed under the person's key, so that erasing the person erases what was said
    context bytea not null,
    intended_at timestamptz not null,
    not_before timestamptz not null,
    expires_at timestamptz not null,
    state smallint not null default 0,
    reason text,
    consent_event bigint,
    attempts integer not null default 0,
    handed_at timestamptz,
    finished_at timestamptz,
    provider_ref text,
    -- facts that arrive after the final state; they never change it
    delivered_at timestamptz,
    bounced_at timestamptz,
    complained_at timestamptz,
    opened_at timestamptz,
    machine_opened_at timestamptz,
    clicked_at timestamptz,
    machine_clicked_at timestamptz,
    unsubscribed_at timestamptz
) with (fillfactor = 55);
create index message_person on message (person);

-- The messages without a final state: small, and gone when they have one.
create table message_open (
    message uuid primary key,
    channel text not null,
    run bigint not null,
    due_at timestamptz not null,
    claimed_by integer,
    -- counts claims; the journal names it, so an old journal row never accuses a new attempt
    attempt integer not null default 0,
    -- counts hand-overs the other side put off, for the back-off
    deferrals integer not null default 0,
    doubt_at timestamptz,
    cancelled text,
    held text
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);
create index message_open_due on message_open (channel, due_at) where claimed_by is null;
create index message_open_claimed on message_open (claimed_by) where claimed_by is not null;
create index message_open_run on message_open (run);

-- The journal: one row per hand-over, durable just before the hand-over becomes irrevocable.
-- `links` are the message's own link targets: a click may come before our books are closed.
-- `answer` is written with the next hand-over of the same connection, when the other side accepted:
-- so a crash leaves at most two messages of each connection in doubt.
create table hand_over (
    message uuid not null,
    attempt integer not null,
    at timestamptz not null,
    consent_event bigint,
    links text[] not null,
    answer text,
    primary key (message, attempt)
) with (fillfactor = 60);

-- Addresses nothing may go to, by blind index: this outlives the erasure of the person.
create table suppression (
    value_hash uuid not null,
    channel text not null,
    reason text not null,
    at timestamptz not null,
    message uuid,
    primary key (value_hash, channel)
);

-- Emergency stops: scope is 'workspace' or 'channel:<name>'.
create table sending_stop (
    scope text primary key,
    reason text not null,
    since timestamptz not null
);
