-- name: lock_head
-- Held until the commit: one appends at a time, in the order of commits.
select position, hash from consent_head for update

-- name: end
select position from consent_head

-- name: move_head
update consent_head set position = %(position)s, hash = %(hash)s, signature = %(signature)s

-- name: known
select event_key, id from consent_event where event_key = any(%(keys)s::uuid[])

-- name: copy_events
copy consent_event (id, brand, contact, contact_kind, person, channel, purpose, topic, status,
    legal_basis, jurisdiction, occurred_at, zone, recorded_at, source, source_id, actor, notice,
    notice_name, notice_sha256, proof, proof_sha256, expires_at, event_key, prev_hash, hash) from stdin (format binary)

-- name: notices
select id, sha256 from notice where id = any(%(ids)s)

-- name: addresses
-- The one that was hers at that time, verified before claimed, the latest first; else the next.
select n.ordinal::int, i.hash
from unnest(%(people)s::integer[], %(kinds)s::smallint[], %(at)s::timestamptz[])
    with ordinality as n (person, kind, at, ordinal)
cross join lateral (
    select i.hash from (
        select n.person union all select p.person from profile p where p.merged_into = n.person
    ) atom
    join identifier i on i.person = atom.person and i.kind = n.kind
    order by (i.claimed_at <= n.at) desc, i.verified_at desc nulls last,
        case when i.claimed_at <= n.at then i.claimed_at end desc, i.claimed_at, i.hash
    limit 1
) i

-- name: derive_state
-- Rows behind `after` are new. A pending word counts only where there is no other; the latest by
-- the person's own time wins, at one instant the refusal, then the smaller key: whatever the
-- order they come in, the same set of words gives the same state.
insert into consent_state as old (contact, channel, purpose, topic, brand, status, occurred_at,
    expires_at, consent_event, event_key, jurisdiction)
select distinct on (contact, channel, purpose, topic, brand) contact, channel, purpose, topic,
    brand, status, occurred_at, expires_at, id, event_key, jurisdiction
from consent_event where id > %(after)s and contact_kind <> 'person'
order by contact, channel, purpose, topic, brand, status = 'pending', occurred_at desc,
    status = 'granted', event_key
on conflict (contact, channel, purpose, topic, brand) do update set status = excluded.status,
    occurred_at = excluded.occurred_at, expires_at = excluded.expires_at,
    consent_event = excluded.consent_event, event_key = excluded.event_key,
    jurisdiction = excluded.jurisdiction
where (excluded.status <> 'pending', excluded.occurred_at, excluded.status <> 'granted')
    > (old.status <> 'pending', old.occurred_at, old.status <> 'granted')
  or ((excluded.status <> 'pending', excluded.occurred_at, excluded.status <> 'granted')
    = (old.status <> 'pending', old.occurred_at, old.status <> 'granted')
    and excluded.event_key < old.event_key)

-- name: keep_waiting
insert into consent_waiting (consent_event, person)
select id, person from consent_event where id > %(after)s and contact_kind = 'person'

-- name: keep_points
-- The sealed address is copied from the profile as it is: nobody has to open it.
insert into contact_point (hash, kind, person, sealed, verified_at, created_at)
select distinct on (e.contact) e.contact, e.contact_kind, coalesce(i.person, e.person), i.sealed,
    i.verified_at, %(at)s
from consent_event e
left join identifier i on i.hash = e.contact
    and i.kind = case e.contact_kind when 'email' then 2 when 'phone' then 3 end
where e.id > %(after)s and e.contact_kind <> 'person'
order by e.contact, e.id
on conflict (hash) do update set person = excluded.person,
    sealed = coalesce(excluded.sealed, contact_point.sealed),
    verified_at = coalesce(excluded.verified_at, contact_point.verified_at)
where excluded.sealed is not null and contact_point.sealed is null

-- name: tell_points
update contact_point c set
    person = case when n.sealed is null then c.person else n.person end,
    sealed = coalesce(n.sealed, c.sealed),
    verified_at = greatest(n.verified, c.verified_at),
    recipient_type = coalesce(nullif(n.type, ''), c.recipient_type),
    country = coalesce(nullif(n.country, ''), c.country)
from unnest(%(contacts)s::uuid[], %(people)s::integer[], %(sealed)s::bytea[],
    %(verified)s::timestamptz[], %(types)s::text[], %(countries)s::text[])
    as n (contact, person, sealed, verified, type, country)
where c.hash = n.contact

-- name: is_waiting
select from consent_waiting limit 1

-- name: waiting_with_address
select distinct coalesce(p.merged_into, p.person)
from consent_waiting w
join consent_event e on e.id = w.consent_event
join profile p on p.person = w.person
-- A word about herself waits for no address; those that came before that was so wait still.
where e.channel in ('push', 'web_push', 'telegram', 'instagram', 'messenger') or exists (
    select from identifier i
    where i.person in (p.person, coalesce(p.merged_into, p.person)) and i.kind = case e.channel
        when 'email' then 2 when 'ads' then 2
        when 'sms' then 3 when 'call' then 3 when 'whatsapp' then 3 end)
limit 1000

-- name: bindable
with atom as (
    select p as person, p as head from unnest(%(people)s::integer[]) as p
    union all
    select person, merged_into from profile where merged_into = any(%(people)s::integer[])
)
select w.consent_event, i.hash, e.expires_at, e.brand, w.person, e.channel, e.purpose, e.topic,
    e.status, e.legal_basis, e.jurisdiction, e.occurred_at, e.zone, e.source, e.source_id,
    coalesce(e.notice, 0), e.notice_name
from atom
join consent_waiting w on w.person = atom.person
join consent_event e on e.id = w.consent_event
cross join lateral (
    (select i.hash from atom mine
    join identifier i on i.person = mine.person and i.kind = case e.channel
        when 'email' then 2 when 'ads' then 2
        when 'sms' then 3 when 'call' then 3 when 'whatsapp' then 3 end
    where mine.head = atom.head
    order by i.verified_at desc nulls last, i.claimed_at, i.hash limit 1)
    union all
    select lpad(to_hex(w.person), 32, '0')::uuid
    where e.channel in ('push', 'web_push', 'telegram', 'instagram', 'messenger')
) i
order by w.consent_event

-- name: end_waiting
delete from consent_waiting where consent_event = any(%(places)s)
