-- name: waits
select exists (
    select 1 from kervan.intake
    where workspace = %(workspace)s and batch is null and received_at < %(before)s
) or exists (
    select 1 from kervan.batch where workspace = %(workspace)s and created_at < %(before)s
)

-- name: is_on_its_way
select exists (select 1 from kervan.batch where workspace = %(workspace)s)

-- name: letters
select id, received_at, body from kervan.dead_letter
where workspace = %(workspace)s and id > %(after)s order by id limit %(limit)s

-- name: delete_letters
delete from kervan.dead_letter where id = any(%(ids)s)

-- name: drop_processed
delete from kervan.intake where batch is not null

-- name: last_copy
select max(day) from kervan.intake where workspace = %(workspace)s and batch is not null

-- name: expire_letters
-- Of this workspace, whose schema the transaction works in.
delete from kervan.dead_letter where id in (
    select l.id from kervan.dead_letter l join kervan.workspace w on w.id = l.workspace
    where 'ws_' || w.key = current_schema() and l.received_at < %(before)s
    order by l.id limit %(limit)s
)
