-- name: owners
-- By ordinal, so that no UUID has to be parsed again in Python.
select wanted.ordinal::int, i.person
from unnest(%(kinds)s::smallint[], %(hashes)s::uuid[]) with ordinality as wanted (kind, hash, ordinal)
join identifier i on i.kind = wanted.kind and i.hash = wanted.hash

-- name: reserve_people
select nextval('profile_person_seq') from generate_series(1, %(count)s)

-- name: reserve_sessions
select nextval('session_number_seq') from generate_series(1, %(count)s)

-- name: copy_profiles
copy profile (person, id, key, created_at, merged_into, personal, traits)
from stdin (format binary)

-- name: copy_identifiers
copy identifier (person, kind, hash, sealed, claimed_at, source, rank, verified_at, atom)
from stdin (format binary)

-- name: anchored
select person from identifier where person = any(%(people)s) and rank = 0

-- name: copy_sessions
copy session (number, anonymous, first_at, last_at, person, signer, lead, sign_first, sign_last)
from stdin (format binary)

-- name: keys
select person, key from profile where person = any(%(people)s::integer[])

-- name: traits
select person, key, personal, traits::text from profile where person = any(%(people)s::integer[])

-- name: keep_traits
update profile p set personal = decode(new.personal, 'hex'), traits = new.rest
from rows from (
    unnest(%(people)s::integer[]), unnest(%(personal)s::text[]),
    jsonb_array_elements(%(rest)s::jsonb)
) as new (person, personal, rest)
where p.person = new.person

-- name: sessions
select wanted.ordinal::int, s.number, (date_part('epoch', s.first_at) / 60)::bigint,
    (date_part('epoch', s.last_at) / 60)::bigint, s.person, s.signer, s.lead,
    coalesce((date_part('epoch', s.sign_first) / 60)::bigint, 0),
    coalesce((date_part('epoch', s.sign_last) / 60)::bigint, 0)
from unnest(%(hashes)s::uuid[], %(since)s::bigint[]) with ordinality as wanted (hash, since, ordinal)
cross join lateral (
    -- `offset 0`: never the whole table for a batch, it grows with every visit there was
    select * from session s
    where s.anonymous = wanted.hash and s.last_at >= to_timestamp(wanted.since * 60.0) offset 0
) s
order by s.number

-- name: devices_of
select distinct uuid_send(anonymous) from session where signer = any(%(people)s::integer[]) and signer <> 0

-- name: move_sessions
update session s set
    first_at = to_timestamp(new.first * 60.0), last_at = to_timestamp(new.last * 60.0),
    person = new.person, signer = new.signer, lead = new.lead,
    sign_first = to_timestamp(nullif(new.sign_first, 0) * 60.0),
    sign_last = to_timestamp(nullif(new.sign_last, 0) * 60.0)
from unnest(%(numbers)s::bigint[], %(first)s::bigint[], %(last)s::bigint[],
    %(people)s::integer[], %(signers)s::integer[], %(leads)s::boolean[],
    %(sign_first)s::bigint[], %(sign_last)s::bigint[])
    as new (number, first, last, person, signer, lead, sign_first, sign_last)
where s.number = new.number

-- name: contacts
-- Her own e-mail and phone: the latest that any of her atoms owns; and the head's traits.
select p.person, p.id, p.key, p.personal, p.traits, e.hash, e.person, e.sealed,
    t.hash, t.person, t.sealed
from unnest(%(people)s::integer[]) as wanted (head)
join profile p on p.person = wanted.head
cross join lateral (
    select array(
        select p.person union all select o.person from profile o where o.merged_into = p.person
    ) as atoms
) parts
left join lateral (
    select hash, person, sealed from identifier i where i.person = any(parts.atoms) and i.kind = 2
    order by verified_at desc nulls last, claimed_at desc, hash limit 1
) e on true
left join lateral (
    select hash, person, sealed from identifier i where i.person = any(parts.atoms) and i.kind = 3
    order by verified_at desc nulls last, claimed_at desc, hash limit 1
) t on true

-- name: other_atoms
select merged_into, person, key, personal, traits from profile
where merged_into = any(%(people)s::integer[])
order by person

-- name: ids_of
select distinct h.id from profile p join profile h on h.person = coalesce(p.merged_into, p.person)
where p.person = any(%(people)s::integer[])

-- name: by_id
select person from profile where id = %(id)s

-- name: by_ids
select person from profile where id = any(%(ids)s::uuid[])

-- name: count
select count(*) from profile where merged_into is null

-- name: sessions_of
select number from session where person = any(%(people)s::integer[]) and person <> 0
order by number desc limit %(limit)s

-- name: heads
select person, merged_into from profile
where person = any(%(people)s::integer[]) and merged_into is not null

-- name: parts
select person from profile where merged_into = %(head)s order by person

-- name: namespaces
select name, kind from identifier_namespace

-- name: open_namespaces
insert into identifier_namespace (kind, name)
select 99 + known.count + row_number() over (order by name), name
from unnest(%(names)s::text[]) as wanted (name),
    (select count(*)::integer as count from identifier_namespace) known
where not exists (select from identifier_namespace n where n.name = wanted.name)
limit greatest(0, %(most)s - (select count(*) from identifier_namespace))
on conflict do nothing
