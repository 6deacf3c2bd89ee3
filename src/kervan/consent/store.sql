-- name: allowed
-- By the address a message would go to: verified before claimed, the latest first.
-- A refusal that names no brand is one of every brand. A word about herself is one of any part of her.
with atom as (
    select p as person, p as head from unnest(%(people)s::integer[]) as p
    union all
    select person, merged_into from profile where merged_into = any(%(people)s::integer[])
)
select distinct on (asked.head, s.topic) asked.head, s.topic, s.status, s.occurred_at, s.expires_at,
    s.consent_event
from (
    (select distinct on (atom.head) atom.head, i.hash
    from atom join identifier i on i.person = atom.person and i.kind = %(kind)s
    order by atom.head, i.verified_at desc nulls last, i.claimed_at desc, i.hash)
    union all
    select head, lpad(to_hex(person), 32, '0')::uuid from atom where %(herself)s
) asked
join consent_state s on s.contact = asked.hash and s.channel = %(channel)s
    and s.purpose = %(purpose)s and s.topic = any(%(topics)s)
    and (s.brand = %(brand)s or (s.brand = '' and s.status in ('denied', 'withdrawn')))
order by asked.head, s.topic, s.occurred_at desc, s.status = 'granted', s.brand

-- name: of_people
select e.id as position, e.brand, e.contact, e.contact_kind, e.person, e.channel, e.purpose,
    e.topic, e.status, e.legal_basis, e.jurisdiction, e.occurred_at, e.zone, e.recorded_at,
    e.source, e.source_id, e.actor, e.notice, e.notice_name, e.expires_at, e.hash,
    s.consent_event is not null as in_force
from consent_event e
left join consent_state s on s.consent_event = e.id
where e.person = any(%(people)s::integer[])
   or e.contact in (select hash from identifier where person = any(%(people)s::integer[]))
order by e.occurred_at desc, e.id desc

-- name: forget_points
update contact_point set sealed = null, person = 0
where (person = any(%(people)s::integer[]) or hash = any(%(contacts)s)) and sealed is not null

-- name: forget_proofs
-- The proof of another who had the address before stays hers.
update consent_event e set proof = null
where e.proof is not null and (e.person = any(%(people)s::integer[]) or (
    e.contact = any(%(contacts)s) and not exists (
        select from profile p where p.person = e.person)))

-- name: forget_waiting
delete from consent_waiting where person = any(%(people)s::integer[])
