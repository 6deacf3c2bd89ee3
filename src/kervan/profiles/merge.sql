-- name: lock
-- The same lock as that of the processing of events.
select pg_advisory_xact_lock(1802662002, id) from kervan.workspace
where 'ws_' || key = current_schema()

-- name: add
insert into merge_link (one, other, actor, merged_at)
values (%(one)s, %(other)s, %(actor)s, %(at)s)
returning link

-- name: undo
update merge_link set undone_at = %(at)s, undone_by = %(actor)s
where link = %(link)s and undone_at is null
returning one, other

-- name: standing
select link, one, other, actor, (extract(epoch from merged_at) * 1000)::bigint
from merge_link
where undone_at is null and (one = any(%(people)s) or other = any(%(people)s))
order by merged_at desc, link desc
