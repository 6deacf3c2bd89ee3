-- name: lock
-- One writes at a time in a workspace, so that a higher version was always read later.
select pg_try_advisory_xact_lock(1802662012, hashtext(current_schema()))

-- name: wait_for_lock
select pg_advisory_xact_lock(1802662012, hashtext(current_schema()))

-- name: note
insert into mirror_mark (people) select %(people)s::integer[]

-- name: marked
select id, people from mirror_mark order by id limit %(limit)s

-- name: unmark
delete from mirror_mark where id = any(%(marks)s)

-- name: tell
-- What segments answer about them may be another now that history has their rows.
insert into touched (people) select %(people)s::integer[]

-- name: version
select nextval('mirror_version')

-- name: begin_anew
-- Rows that other rules made are all made anew.
update mirror_fill set made_by = %(made_by)s, next_person = 1,
    last_person = (select coalesce(max(person), 0) from profile)
where made_by <> %(made_by)s

-- name: to_fill
select next_person, last_person from mirror_fill where next_person <= last_person

-- name: people
select person from profile where person between %(first)s and %(last)s

-- name: filled
update mirror_fill set next_person = %(next)s
