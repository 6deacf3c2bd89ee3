-- name: engine
-- The bytes are those of all workspaces: they share one database.
select split_part(current_setting('server_version'), ' ', 1),
    pg_database_size(current_database())

-- name: queues
-- Everything that is taken up by somebody in turn: how much of it is due, and the oldest.
with here as (select id from kervan.workspace where key = %(workspace)s)
select 'events', coalesce(sum(events), 0)::bigint, min(received_at) from kervan.intake, here
where workspace = here.id and batch is null
union all
select 'history', coalesce(sum(rows), 0)::bigint, min(created_at) from kervan.batch, here
where workspace = here.id
union all
select 'journeys', coalesce(sum(cardinality(runs)), 0)::bigint, min(due_at) from journey_timer
where due_at <= %(at)s
union all
select 'messages', count(*), min(due_at) from message_open
where claimed_by is null and doubt_at is null and held is null and due_at <= %(at)s
union all
select 'held', count(*), min(due_at) from message_open
where claimed_by is null and held is not null and due_at <= %(at)s
union all
select 'doubts', count(*), min(doubt_at) from message_open where doubt_at is not null
union all
select 'receivers', count(*), min(failing_since) from segment_sync where failing_since is not null
union all
select 'letters', count(*), min(received_at) from kervan.dead_letter, here
where workspace = here.id and resent_at is null
union all
select 'erasures', count(*), min(started_at) from erasure where finished_at is null
