-- name: waiting
-- Events not yet resolved, and batches not yet in ClickHouse.
select (select coalesce(sum(events), 0)::bigint from kervan.intake
        where batch is null and workspace = %(workspace)s),
    (select count(*) from kervan.batch)

-- name: intake_rows
select day, received_at, events, body from kervan.intake
where workspace = %(workspace)s and id > %(after)s order by id

-- name: last_intake
select coalesce(max(id), 0) from kervan.intake

-- name: workspace
select id from kervan.workspace where key = %(key)s

-- name: copy_intake
copy kervan.intake (day, workspace, received_at, events, body) from stdin (format binary)

-- name: source
select source from kervan.write_key where hash = %(hash)s
