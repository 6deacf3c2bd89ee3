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

-- name: how_many
-- Of each hash how many people have it, as far as it matters.
select wanted.hash, (
    select count(*) from (
        select 1 from person_name where hashes @> array[wanted.hash] limit %(limit)s
    ) as few
) from unnest(%(hashes)s::integer[]) as wanted (hash)

-- name: spread
-- Profiles of several atoms that have all words between them. Begun at the rarest word; of those
-- who have it only the profiles with several atoms are looked at any further.
with begun as (
    select person from person_name where hashes @> array[%(rarest)s::integer] limit %(looked_at)s
), atom as (
    select part.merged_into as head, part.person
    from (
        select distinct coalesce(p.merged_into, p.person) as person
        from begun join profile p using (person)
    ) as whole join profile part on part.merged_into = whole.person
), named as materialized (
    select head, hashes
    from (select head, person from atom union select head, head from atom) as each
    join person_name using (person)
)
select head from named
join unnest(%(hashes)s::integer[]) as wanted (hash) on named.hashes @> array[wanted.hash]
group by head
having count(distinct wanted.hash) = cardinality(%(hashes)s::integer[])
limit %(limit)s

-- name: names_of_heads
select coalesce(merged_into, person), key, personal from profile
where person = any(%(people)s::integer[]) or merged_into = any(%(people)s::integer[])

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
