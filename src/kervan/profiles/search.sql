-- name: keep_names
insert into person_name (person, hashes)
select person, hashes::integer[]
from unnest(%(people)s::integer[], %(hashes)s::text[]) as new (person, hashes)
on conflict (person) do update set hashes = excluded.hashes
where person_name.hashes <> excluded.hashes

-- name: erase_names
delete from person_name where person = any(%(people)s::integer[])

-- name: by_index
-- A beginning that many share looks cheap to find by reading all; where they stand at the end of
-- the table it is not.
select set_config('enable_seqscan', %(seqscan)s, true)

-- name: named
-- No order: the first that are found are enough, and sorting would have to read all.
select person from person_name where hashes @> %(hashes)s::integer[] limit %(limit)s

-- name: names_of
select person, key, personal from profile where person = any(%(people)s::integer[])

-- name: claimants
-- Those who say an identifier is theirs, and do not own it.
select c.person, c.kind from claim c
join unnest(%(kinds)s::smallint[], %(hashes)s::uuid[]) as wanted (kind, hash)
    on c.kind = wanted.kind and c.hash = wanted.hash
limit %(limit)s

-- name: namespaces
select kind from identifier_namespace order by kind

-- name: next_to_fill
select next_person, last_person from search_fill where next_person <= last_person for update

-- name: to_fill
select person, key, personal from profile
where person between %(first)s and %(last)s and personal is not null

-- name: filled
update search_fill set next_person = %(next)s
