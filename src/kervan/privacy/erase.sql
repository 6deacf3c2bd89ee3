-- name: lock
-- One erasure at a time in a workspace, and one doer of each.
select pg_try_advisory_xact_lock(1802662011, hashtext(current_schema()))

-- name: outside
select id from profile where person = %(head)s

-- name: begin
-- Asked for once more with "at once", an erasure becomes one; what is done stays done.
insert into erasure (id, person_id, request, started_at, at_once, head)
values (%(id)s, %(person)s, %(request)s, %(at)s, %(at_once)s, %(head)s)
on conflict (person_id) do update
set at_once = erasure.at_once or excluded.at_once,
    finished_at = case when excluded.at_once and not erasure.at_once then null
        else erasure.finished_at end,
    request = coalesce(erasure.request, excluded.request)

-- name: of_person
select id, person_id, request, started_at, at_once, head, people, erased_xid, copies_until,
    finished_at
from erasure where person_id = %(person)s

-- name: unfinished
select id, person_id, request, started_at, at_once, head, people, erased_xid, copies_until,
    finished_at
from erasure where finished_at is null order by started_at, id

-- name: hasten
update erasure set at_once = true, finished_at = null where id = %(id)s and not at_once

-- name: steps
select step, at, rows from erasure_step where erasure = %(id)s order by at, step

-- name: rows_at
select at from erasure_step where erasure = %(id)s and step = 'rows'

-- name: note
insert into erasure_step (erasure, step, at, rows) values (%(id)s, %(step)s, %(at)s, %(rows)s)
on conflict do nothing

-- name: erased
-- The transaction's own number: pages are wiped when nobody can see what was before it.
update erasure set people = %(people)s, copies_until = %(copies_until)s,
    erased_xid = pg_current_xact_id()::text
where id = %(id)s

-- name: finish
update erasure set finished_at = %(at)s where id = %(id)s
