-- name: heads_after
select person from profile where merged_into is null and person > %(after)s
order by person limit %(limit)s

-- name: atoms
select p.person, coalesce(p.merged_into, p.person), p.id, p.key, p.personal, p.traits, p.created_at
from profile p
where p.person = any(%(heads)s::integer[]) or p.merged_into = any(%(heads)s::integer[])
order by p.person

-- name: identifiers
-- Each kind in the order in which messages prefer them.
select person, kind, hash, sealed, claimed_at, verified_at, source
from identifier where person = any(%(people)s::integer[])
order by kind, verified_at desc nulls last, claimed_at desc, hash

-- name: claims
select person, kind, hash, sealed, claimed_at, verified_at, source, reason
from claim where person = any(%(people)s::integer[])
order by kind, claimed_at, hash
limit %(limit)s

-- name: visits
select number from session where person = any(%(people)s::integer[]) and person <> 0
order by number desc limit %(limit)s
