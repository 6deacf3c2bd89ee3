-- name: hold
-- For as long as the session lives: whoever asks can tell that somebody is at it.
select pg_try_advisory_lock(hashtextextended('rehearsal ' || %(id)s::text, 0))

-- name: let_go
select pg_advisory_unlock(hashtextextended('rehearsal ' || %(id)s::text, 0))

-- name: add
insert into rehearsal (id, journey, asked, by, at)
values (%(id)s, %(journey)s, %(asked)s::jsonb, %(by)s, %(at)s)

-- name: tidy
delete from rehearsal where at < %(before)s

-- name: interrupted
-- The lock is asked for last, only of those that say they are running.
update rehearsal set state = 'interrupted', ended_at = %(at)s
where id in (select id from rehearsal where state = 'running' offset 0)
    and pg_try_advisory_xact_lock(hashtextextended('rehearsal ' || id::text, 0))

-- name: progress
update rehearsal set doing = %(doing)s, share = %(share)s where id = %(id)s returning 1

-- name: finish
update rehearsal set state = %(state)s, ended_at = %(at)s, problem = %(problem)s,
    facts = %(facts)s::jsonb, report = %(report)s, share = case when %(report)s::text is null
    then share else 1 end
where id = %(id)s returning 1

-- name: tell
insert into rehearsal_story (rehearsal, part, person, story)
select %(id)s, part, person, story
from unnest(%(parts)s::text[], %(people)s::integer[], %(stories)s::text[])
    as told (part, person, story)
where exists (select from profile p where p.person = told.person)

-- name: listed
select id, journey, asked, by, at, state, doing, share, ended_at, problem, facts, null from rehearsal
order by at desc, id desc limit %(limit)s

-- name: one
select id, journey, asked, by, at, state, doing, share, ended_at, problem, facts, report
from rehearsal where id = %(id)s

-- name: stories
select part, story from rehearsal_story where rehearsal = %(id)s order by part, person

-- name: drop
delete from rehearsal where id = %(id)s

-- name: forget
delete from rehearsal_story where person = any(%(people)s::integer[])
