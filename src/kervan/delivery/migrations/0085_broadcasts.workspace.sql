-- A broadcast goes once, to everybody in its audience at the moment it starts. `number` is what its
-- messages carry as their run, below zero: run -7 is broadcast 7. Until it starts a new text makes a
-- new version; what it started with is `frozen` (JSON: who speaks, by which templates).
create table broadcast (
    number integer generated always as identity primary key,
    key text not null unique,
    version integer not null,
    -- draft, scheduled, running, cancelling, done, cancelled
    status text not null default 'draft',
    starts_at timestamptz,
    started_by text not null default '',
    frozen jsonb,
    frozen_at timestamptz,
    audience integer not null default 0,
    -- how far planning has come: what is planned (test, rest, all, resend), up to which person
    phase text not null default '',
    planned_to bigint not null default 0,
    test_ended_at timestamptz,
    -- {"arm", "rule", "confidence", "tallies"}: how the winner was picked
    winner jsonb,
    resend_audience integer not null default 0,
    finished_at timestamptz,
    -- why it could not start: an error's code
    problem text not null default ''
);
create index broadcast_at_work on broadcast (number)
where status in ('scheduled', 'running', 'cancelling');

create table broadcast_version (
    broadcast integer not null references broadcast,
    number integer not null,
    definition text not null,
    author text not null,
    at timestamptz not null,
    primary key (broadcast, number)
);

-- Who was in when it started: per 65,536 person numbers a bitmap (bit n of byte n / 8, the lowest
-- first), and, where people's zones matter, for each of them in order the place of hers in
-- `frozen.zones` (16 bits, little-endian). Gone when the broadcast is done.
create table broadcast_audience (
    broadcast integer not null references broadcast,
    block integer not null,
    people bytea not null,
    zones bytea,
    primary key (broadcast, block)
);

-- How many messages of a broadcast are how: what happened is added as a row, and rows are folded
-- now and then, so that nobody waits for anybody and a look reads a few dozen rows. `what` is a
-- message's state (delivery/states.py), or a fact: 20 delivered, 21 opened, 22 opened by a machine,
-- 23 clicked, 24 clicked by a machine, 25 unsubscribed, 26 complained, 27 bounced.
create table broadcast_count (
    broadcast integer not null,
    step text not null,
    what smallint not null,
    reason text not null,
    n bigint not null
);
create index broadcast_count_of on broadcast_count (broadcast);

create function count_broadcasts() returns trigger language plpgsql as $$
begin
    if not exists (select from after_it where run < 0) then
        return null;
    end if;
    insert into broadcast_count (broadcast, step, what, reason, n)
    select -run, step, what, reason, sum(n) from (
        select run, step, state as what, coalesce(reason, '') as reason, 1 as n
        from after_it where run < 0
        union all
        select run, step, state, coalesce(reason, ''), -1 from before_it where run < 0
        union all
        select run, step, fact.what, '', 1
        from after_it cross join lateral (values
            (20::smallint, delivered_at), (21, opened_at), (22, machine_opened_at),
            (23, clicked_at), (24, machine_clicked_at), (25, unsubscribed_at), (26, complained_at),
            (27, bounced_at)) as fact (what, at)
        where run < 0 and fact.at is not null
        union all
        select run, step, fact.what, '', -1
        from before_it cross join lateral (values
            (20::smallint, delivered_at), (21, opened_at), (22, machine_opened_at),
            (23, clicked_at), (24, machine_clicked_at), (25, unsubscribed_at), (26, complained_at),
            (27, bounced_at)) as fact (what, at)
        where run < 0 and fact.at is not null
    ) changed
    group by run, step, what, reason having sum(n) <> 0;
    return null;
end $$;

create trigger count_broadcasts after update on message
    referencing old table as before_it new table as after_it
    for each statement execute function count_broadcasts();

-- A member of a hold-out passes the gate like everybody and gets nothing: she ends as a ghost.
alter table message add column hold_out boolean not null default false;
