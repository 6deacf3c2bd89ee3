-- name: known
-- By ordinal, so that no UUID has to be parsed again in Python. An identifier that is claimed and
-- that nobody owns comes with nulls. One look-up for each: a `limit` keeps the planner from reading
-- the whole table for a batch, which costs more with every person there is.
select wanted.ordinal::int, i.person, i.atom, i.rank,
    (date_part('epoch', i.claimed_at) * 1000)::bigint,
    coalesce((date_part('epoch', i.verified_at) * 1000)::bigint, 0)
from unnest(%(kinds)s::smallint[], %(hashes)s::uuid[]) with ordinality as wanted (kind, hash, ordinal)
left join lateral (
    select * from identifier i where i.kind = wanted.kind and i.hash = wanted.hash limit 1
) i on true
left join lateral (
    select true as is_claimed from claim c
    where i.person is null and c.kind = wanted.kind and c.hash = wanted.hash and c.rank < 4 limit 1
) c on true
where i.person is not null or c.is_claimed

-- name: claimed
select wanted.ordinal::int, c.rank, (date_part('epoch', c.claimed_at) * 1000)::bigint,
    coalesce((date_part('epoch', c.verified_at) * 1000)::bigint, 0)
from unnest(%(people)s::integer[], %(kinds)s::smallint[], %(hashes)s::uuid[])
    with ordinality as wanted (person, kind, hash, ordinal)
join claim c on c.person = wanted.person and c.kind = wanted.kind and c.hash = wanted.hash

-- name: of_atoms
select i.person, i.kind, uuid_send(i.hash), i.rank,
    (date_part('epoch', i.claimed_at) * 1000)::bigint,
    coalesce((date_part('epoch', i.verified_at) * 1000)::bigint, 0), '', i.atom
from identifier i where i.person = any(%(people)s::integer[])
union all
select c.person, c.kind, uuid_send(c.hash), c.rank,
    (date_part('epoch', c.claimed_at) * 1000)::bigint,
    coalesce((date_part('epoch', c.verified_at) * 1000)::bigint, 0), c.reason, 0
from claim c where c.person = any(%(people)s::integer[]) and c.rank < 4

-- name: of_values
-- A value claimed by very many is in quarantine, which any of its rows says: a few are enough.
select i.person, i.kind, uuid_send(i.hash), i.rank,
    (date_part('epoch', i.claimed_at) * 1000)::bigint,
    coalesce((date_part('epoch', i.verified_at) * 1000)::bigint, 0), '', i.atom
from unnest(%(kinds)s::smallint[], %(hashes)s::uuid[]) as wanted (kind, hash)
cross join lateral (
    select * from identifier i where i.kind = wanted.kind and i.hash = wanted.hash limit 1
) i
union all
select c.person, wanted.kind, uuid_send(wanted.hash), c.rank,
    (date_part('epoch', c.claimed_at) * 1000)::bigint,
    coalesce((date_part('epoch', c.verified_at) * 1000)::bigint, 0), c.reason, 0
from unnest(%(kinds)s::smallint[], %(hashes)s::uuid[]) as wanted (kind, hash)
cross join lateral (
    select * from claim c where c.kind = wanted.kind and c.hash = wanted.hash and c.rank < 4
    limit %(limit)s
) c

-- name: links
select link, one, other, (date_part('epoch', merged_at) * 1000)::bigint
from merge_link
where undone_at is null
    and (one = any(%(people)s::integer[]) or other = any(%(people)s::integer[]))

-- name: take_identifiers
with wanted as (
    select * from unnest(%(kinds)s::smallint[], %(hashes)s::uuid[]) with ordinality
        as wanted (kind, hash, ordinal)
)
delete from identifier i using wanted
where i.kind = wanted.kind and i.hash = wanted.hash
returning wanted.ordinal::int, i.sealed, i.source

-- name: take_claims
with wanted as (
    select * from unnest(%(people)s::integer[], %(kinds)s::smallint[], %(hashes)s::uuid[])
        with ordinality as wanted (person, kind, hash, ordinal)
)
delete from claim c using wanted
where c.person = wanted.person and c.kind = wanted.kind and c.hash = wanted.hash
returning wanted.ordinal::int, c.sealed, c.source

-- name: copy_claims
copy claim (person, kind, hash, sealed, claimed_at, source, rank, verified_at, reason)
from stdin (format binary)

-- name: keep_said
-- Gives what is new, with the person whose the value is already.
with kept as (
    insert into claim (person, kind, hash, sealed, claimed_at, source, rank, reason)
    select * from unnest(%(people)s::integer[], %(kinds)s::smallint[], %(hashes)s::uuid[],
        %(sealed)s::bytea[], %(at)s::timestamptz[], %(sources)s::integer[],
        %(ranks)s::smallint[], %(reasons)s::text[])
        as new (person, kind, hash, sealed, at, source, rank, reason)
    where not exists (
        select from identifier i
        where i.kind = new.kind and i.hash = new.hash and i.person = new.person
    )
    on conflict do nothing
    returning person, kind, hash, reason
)
select k.person, coalesce(i.person, 0), k.kind, uuid_send(k.hash), k.reason
from kept k left join identifier i on i.kind = k.kind and i.hash = k.hash

-- name: holders
-- Who of a person's atoms says a value is hers, verified or not.
select wanted.ordinal::int, h.person, h.rank, (date_part('epoch', h.claimed_at) * 1000)::bigint,
    coalesce((date_part('epoch', h.verified_at) * 1000)::bigint, 0)
from unnest(%(people)s::integer[], %(kinds)s::smallint[], %(hashes)s::uuid[])
    with ordinality as wanted (person, kind, hash, ordinal)
join profile p on p.person = wanted.person
cross join lateral (
    select i.person, i.rank, i.claimed_at, i.verified_at from identifier i
    where i.kind = wanted.kind and i.hash = wanted.hash
    union all
    select c.person, c.rank, c.claimed_at, c.verified_at from claim c
    where c.kind = wanted.kind and c.hash = wanted.hash
        and (c.rank < 4 or c.reason = 'not_verified')
) h
join profile a on a.person = h.person
where coalesce(a.merged_into, a.person) = coalesce(p.merged_into, p.person)

-- name: move
update profile p set merged_into = nullif(new.head, new.person)
from unnest(%(people)s::integer[], %(heads)s::integer[]) as new (person, head)
where p.person = new.person

-- name: note
copy identity_decision (at, what, person, other, kind, hash, reason, actor)
from stdin (format binary)
