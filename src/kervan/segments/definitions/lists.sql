-- name: people_of_ids
select id, person from profile where id = any(%(ids)s::uuid[])

-- name: whole_profiles
-- Every atom of the profiles these atoms belong to today.
with head as (
    select distinct coalesce(merged_into, person) as person from profile
    where person = any(%(people)s::integer[])
)
select person from profile where person in (select person from head)
union
select person from profile where merged_into in (select person from head)

-- name: add_word
insert into segment_list_word (list, people, gone, at)
values (%(list)s, %(people)s::integer[], %(gone)s, %(at)s)

-- name: take_words
-- Given back when the caller's transaction does not come to its end; who finds them taken waits, so
-- that afterwards history has them.
delete from segment_list_word
where version in (
    select version from segment_list_word order by version limit %(limit)s for update
)
returning version, list, people, gone

-- name: touch
insert into touched (people) values (%(people)s::integer[])

-- name: waiting
select count(*) from segment_list_word where list = %(list)s

-- name: public_ids
-- Of atoms of one profile her id once, in the order of the heads' numbers.
select distinct h.person, h.id from profile p
join profile h on h.person = coalesce(p.merged_into, p.person)
where p.person = any(%(people)s::integer[])
order by h.person
