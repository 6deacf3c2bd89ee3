-- name: words
-- All that was ever said of marketing, about the address messages would go to today.
with atom as (
    select p.person, coalesce(p.merged_into, p.person) as head from profile p
    where coalesce(p.merged_into, p.person) = any(%(people)s::integer[])
), address as (
    select distinct on (atom.head, i.kind) atom.head, i.kind, i.hash
    from atom join identifier i on i.person = atom.person and i.kind in (2, 3)
    order by atom.head, i.kind, i.verified_at desc nulls last, i.claimed_at desc, i.hash
), contact as (
    select head, hash, 'email' as kind from address where kind = 2
    union all
    select head, hash, 'phone' from address where kind = 3
    union all
    select head, lpad(to_hex(person), 32, '0')::uuid, kind
    from atom, unnest(array['push', 'telegram', 'instagram', 'messenger']) as kind
)
select array_agg(c.head::bigint), array_agg(array_position(%(channels)s, e.channel)::smallint),
    array_agg(array_position(%(topics)s, e.topic)::smallint),
    array_agg(array_position(%(brands)s, e.brand)::smallint),
    array_agg(array_position(%(statuses)s, e.status)::smallint),
    array_agg(e.occurred_at), array_agg(coalesce(e.expires_at, 'infinity')), array_agg(e.id),
    array_agg(coalesce(array_position(%(places)s, e.jurisdiction), 0)::smallint)
from contact c
join consent_event e on e.contact = c.hash and e.contact_kind = c.kind
where e.purpose = 'marketing' and e.channel = any(%(channels)s) and e.topic = any(%(topics)s)
    and e.brand = any(%(brands)s)
