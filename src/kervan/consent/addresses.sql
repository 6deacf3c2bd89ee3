-- name: addresses
-- The owner's first; else what the person herself claims, which joins nobody until she confirms.
select wanted.contact, found.sealed, found.key, found.person
from unnest(%(contacts)s::uuid[], %(people)s::integer[]) as wanted (contact, person)
cross join lateral (
    select i.sealed, p.key, i.person
    from identifier i join profile p on p.person = i.person
    where i.kind in (2, 3) and i.hash = wanted.contact
    union all
    select c.sealed, p.key, c.person
    from claim c join profile p on p.person = c.person
    where c.person = wanted.person and c.kind in (2, 3) and c.hash = wanted.contact
    limit 1
) found

-- name: claimed
-- What somebody without an address of her own last said hers is.
select distinct on (c.person) c.person, c.hash
from claim c
where c.person = any(%(people)s::integer[]) and c.kind = 2
order by c.person, c.claimed_at desc, c.hash
