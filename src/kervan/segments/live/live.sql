-- name: watched_names
select names from segment_watch

-- name: watch
update segment_watch set names = %(names)s where names <> %(names)s

-- name: last_batch
select coalesce(max(id), 0) from kervan.batch where workspace = %(workspace)s

-- name: batch_is_open
select exists (
    select from kervan.batch where workspace = %(workspace)s and id <= %(last)s
)

-- name: take
-- The oldest notes, until they name so many people; one at least.
with first as (
    select id from (
        select id, sum(cardinality(people)) over (order by id) - cardinality(people) as before
        from (select id, people from touched order by id limit %(notes)s) oldest
    ) counted
    where before < %(limit)s
)
delete from touched using first where touched.id = first.id returning people

-- name: heads
-- Each as whoever it is today; one that is nobody's profile any more stands for itself.
select given.person, coalesce(p.merged_into, given.person)
from unnest(%(people)s::integer[]) as given (person)
left join profile p on p.person = given.person

-- name: load
select person, inside, flip_at_ms from membership

-- name: keep
insert into membership (person, inside, flip_at_ms)
select given.person, decode(given.inside, 'hex'), given.flip_at_ms
from unnest(%(people)s::integer[], %(inside)s::text[], %(flips)s::bigint[])
    as given (person, inside, flip_at_ms)
on conflict (person) do update set inside = excluded.inside, flip_at_ms = excluded.flip_at_ms

-- name: live
select segment, digest from segment_live

-- name: filled
insert into segment_live (segment, digest, filled_at)
select given.segment, decode(given.digest, 'hex'), %(at)s
from unnest(%(segments)s::integer[], %(digests)s::text[]) as given (segment, digest)
on conflict (segment) do update set digest = excluded.digest, filled_at = excluded.filled_at

-- name: forget
delete from segment_live where segment = any(%(segments)s::integer[])

-- name: erase
delete from membership where person = any(%(people)s::integer[])

-- name: of_person
select s.key, s.name
from membership m
join segment_live l on octet_length(m.inside) > l.segment / 8 and get_bit(m.inside, l.segment) = 1
join segment s on s.number = l.segment and s.state = 'active'
where m.person = %(person)s
order by s.key

-- name: inside
select m.person, s.key
from membership m
join segment s on s.key = any(%(keys)s::text[]) and s.state = 'active'
join segment_live l on l.segment = s.number
    and octet_length(m.inside) > l.segment / 8 and get_bit(m.inside, l.segment) = 1
where m.person = any(%(people)s::integer[])

-- name: members
select m.person from membership m
where octet_length(m.inside) > %(segment)s / 8 and get_bit(m.inside, %(segment)s) = 1
order by m.person

-- name: count
select count(*) from membership m
where octet_length(m.inside) > %(segment)s / 8 and get_bit(m.inside, %(segment)s) = 1

-- name: be_the_one
select pg_try_advisory_lock(1802662009, hashtext(%(workspace)s))

-- name: everybody
SELECT people.person AS person FROM people FINAL WHERE NOT gone ORDER BY person
