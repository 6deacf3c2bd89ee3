-- name: words_behind
-- The ledger's places have no gaps and are committed in their order: a place is a safe cursor.
select e.id, e.brand, e.contact, e.contact_kind, e.channel, e.purpose, e.topic, e.status,
    e.jurisdiction, e.occurred_at, e.source, coalesce(c.recipient_type, 'individual'),
    coalesce(c.country, '')
from consent_event e left join contact_point c on c.hash = e.contact
where e.id > %(place)s order by e.id limit %(count)s

-- name: words_of
select e.id, e.brand, e.contact, e.contact_kind, e.channel, e.purpose, e.topic, e.status,
    e.jurisdiction, e.occurred_at, e.source, coalesce(c.recipient_type, 'individual'),
    coalesce(c.country, '')
from consent_event e left join contact_point c on c.hash = e.contact
where e.id > %(place)s and e.contact = any(%(contacts)s::uuid[]) order by e.id

-- name: take
insert into registry_outbox (consent_event, brand, contact, type, recipient_type, status,
    consent_at, source, alarm_at, due_at, next_at)
select n.*, %(at)s from unnest(%(events)s::bigint[], %(brands)s::text[], %(contacts)s::uuid[],
    %(types)s::text[], %(recipient_types)s::text[], %(statuses)s::text[],
    %(consents)s::timestamptz[], %(sources)s::text[], %(alarms)s::timestamptz[],
    %(dues)s::timestamptz[]) as n
on conflict (consent_event) do nothing

-- name: taken_up_to
update registry_progress set ledger_place = %(place)s where brand = %(brand)s

-- name: waiting
-- The first word of each address that has none under way, the most urgent first. A word is
-- overtaken by a later one that has ended; a consent also by a later refusal that failed.
select w.* from (
    select distinct on (o.contact, o.type, o.recipient_type)
        o.id, o.contact, o.type, o.recipient_type, o.status, o.consent_at, o.due_at, o.source,
        o.attempts, o.next_at, o.alarm_at, s.status as held, s.consent_at as held_at,
        s.checked_at, coalesce(s.ours, false) as ours, exists (
            select 1 from registry_outbox l
            where l.contact = o.contact and l.type = o.type
                and l.recipient_type = o.recipient_type and l.brand = o.brand
                and (l.consent_at, l.status, l.consent_event)
                    > (o.consent_at, o.status, o.consent_event)
                and (l.state in ('done', 'dropped') or (o.status = 'ONAY' and l.status = 'RET'
                    and l.state in ('refused', 'worthless')))
        ) as overtaken, c.kind, coalesce(o.address, c.sealed), coalesce(o.address_key, p.key)
    from registry_outbox o
    left join registry_state s on s.brand = o.brand and s.contact = o.contact
        and s.type = o.type and s.recipient_type = o.recipient_type
    left join contact_point c on c.hash = o.contact
    left join profile p on p.person = c.person
    where o.brand = %(brand)s and o.state = 'waiting' and not exists (
        select 1 from registry_outbox f
        where f.contact = o.contact and f.type = o.type and f.recipient_type = o.recipient_type
            and f.brand = o.brand and f.state in ('sending', 'pending', 'doubt')
    )
    order by o.contact, o.type, o.recipient_type, o.consent_at, o.status, o.consent_event
) w
where w.next_at <= %(at)s order by w.alarm_at, w.id limit %(count)s

-- name: doubtful
select o.id, o.contact, o.type, o.recipient_type, o.status, o.reason, o.sent_at, o.sent_date,
    o.attempts, coalesce(o.address, c.sealed), coalesce(o.address_key, p.key)
from registry_outbox o
left join contact_point c on c.hash = o.contact
left join profile p on p.person = c.person
where o.brand = %(brand)s and o.state = 'doubt' and o.next_at <= %(at)s
order by o.type, o.recipient_type, o.next_at limit %(count)s

-- name: due_request
select request, min(sent_at) from registry_outbox
where brand = %(brand)s and state = 'pending' and next_at <= %(at)s
group by request order by min(next_at) limit 1

-- name: parts
select part, id, attempts from registry_outbox
where brand = %(brand)s and state = 'pending' and request = %(request)s

-- name: send
-- On disk before the call: whoever finds a row in this state knows that it may have gone out.
update registry_outbox o set state = 'sending', sent_at = %(at)s, sent_date = n.sent_date,
    attempts = o.attempts + 1, reason = '', request = '', part = ''
from unnest(%(ids)s::bigint[], %(dates)s::timestamptz[]) as n (id, sent_date)
where o.id = n.id

-- name: move
-- One row each; `ended` rows get their end, others come back at `next`.
update registry_outbox o set state = n.state, reason = n.reason, next_at = n.next_at,
    request = coalesce(n.request, o.request), part = coalesce(n.part, o.part),
    attempts = o.attempts + n.more,
    ended_at = case when n.state in ('done', 'dropped', 'refused', 'worthless')
        then %(at)s::timestamptz end,
    address = case when n.state not in ('done', 'dropped', 'refused', 'worthless')
        then o.address end,
    address_key = case when n.state not in ('done', 'dropped', 'refused', 'worthless')
        then o.address_key end
from unnest(%(ids)s::bigint[], %(states)s::text[], %(reasons)s::text[],
    %(nexts)s::timestamptz[], %(requests)s::text[], %(parts)s::text[], %(more)s::integer[])
    as n (id, state, reason, next_at, request, part, more)
where o.id = n.id

-- name: doubt_orphans
-- Only one process speaks for a workspace: what it finds being sent was sent by a dead one.
update registry_outbox set state = 'doubt', next_at = %(at)s
where brand = %(brand)s and state = 'sending'

-- name: alarm
update registry_outbox set alarmed_at = %(at)s
where brand = %(brand)s and state in ('waiting', 'sending', 'pending', 'doubt')
    and alarm_at <= %(at)s and alarmed_at is null

-- name: learn
insert into registry_state as old
select distinct on (n.contact, n.type, n.recipient_type)
    %(brand)s, n.contact, n.type, n.recipient_type, n.status, n.consent_at, n.checked_at
from unnest(%(contacts)s::uuid[], %(types)s::text[], %(recipient_types)s::text[],
    %(statuses)s::text[], %(dates)s::timestamptz[], %(checked)s::timestamptz[])
    as n (contact, type, recipient_type, status, consent_at, checked_at)
order by n.contact, n.type, n.recipient_type, n.checked_at desc
on conflict (brand, contact, type, recipient_type) do update
set status = excluded.status, consent_at = excluded.consent_at, checked_at = excluded.checked_at,
    ours = old.ours and (old.status, old.consent_at)
        is not distinct from (excluded.status, excluded.consent_at)
where excluded.checked_at >= old.checked_at

-- name: learn_moved
-- A change says what was so when it was made: it teaches nothing about what is later than it.
insert into registry_state as old
select distinct on (n.contact, n.type, n.recipient_type)
    %(brand)s, n.contact, n.type, n.recipient_type, n.status, n.consent_at, n.consent_at, false
from unnest(%(contacts)s::uuid[], %(types)s::text[], %(recipient_types)s::text[],
    %(statuses)s::text[], %(dates)s::timestamptz[])
    as n (contact, type, recipient_type, status, consent_at)
order by n.contact, n.type, n.recipient_type, n.consent_at desc
on conflict (brand, contact, type, recipient_type) do update
set status = excluded.status, consent_at = excluded.consent_at, ours = false,
    checked_at = greatest(old.checked_at, excluded.consent_at)
where excluded.consent_at > coalesce(old.consent_at, '-infinity')

-- name: learn_sent
-- What the registry has just recorded for us. It may be long ago that it did: then nothing newer
-- that is known is forgotten.
insert into registry_state as old
select o.brand, o.contact, o.type, o.recipient_type, o.status,
    coalesce(o.sent_date, o.consent_at), o.sent_at, true
from registry_outbox o where o.id = any(%(ids)s)
on conflict (brand, contact, type, recipient_type) do update
set status = excluded.status, consent_at = excluded.consent_at,
    checked_at = greatest(excluded.checked_at, old.checked_at), ours = true
where coalesce(old.consent_at, '-infinity') <= excluded.consent_at

-- name: erase
update registry_outbox set state = 'refused', reason = 'erased', ended_at = %(at)s
where contact = any(%(contacts)s::uuid[]) and state = 'waiting' and address is null

-- name: be_speaker
select pg_try_advisory_lock(%(place)s, hashtext(current_schema()))

-- name: stop_speaking
select pg_advisory_unlock(%(place)s, hashtext(current_schema()))
