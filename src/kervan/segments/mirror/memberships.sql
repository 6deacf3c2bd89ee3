-- name: marked
select id, people from membership_mark order by id limit %(limit)s

-- name: rows
select p.person, coalesce(m.inside, ''::bytea)
from profile p left join membership m on m.person = p.person
where p.person = any(%(people)s::integer[])

-- name: next
-- A version for these rows, and how many bytes the numbers of all segments fill.
select nextval('mirror_version'), (select coalesce(max(number), 0) / 8 + 1 from segment)

-- name: unmark
delete from membership_mark where id = any(%(marks)s)

-- name: filled
-- Segments that were filled since, or with another question; others are forgotten.
with gone as (
    delete from membership_kept k
    where not exists (select from segment_live l where l.segment = k.segment)
)
select l.segment, l.digest
from segment_live l left join membership_kept k on k.segment = l.segment
where k.digest is distinct from l.digest

-- name: keep
insert into membership_kept (segment, digest) values (%(segment)s, %(digest)s)
on conflict (segment) do update set digest = excluded.digest

-- name: kept
-- None while ClickHouse lags behind.
select l.segment, l.digest
from segment_live l join membership_kept k on k.segment = l.segment and k.digest = l.digest
where (select count(*) from (select from membership_mark limit %(most)s) waiting) < %(most)s

-- name: stored
SELECT count() FROM memberships WHERE version = {version:UInt64}
