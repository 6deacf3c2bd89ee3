-- name: ask
-- Never a flood: one mail of a kind is on its way to an address at a time, and few in a day.
insert into consent_mail (id, kind, contact, person, channel, purpose, topic, brand,
    consent_event, occurred_at, due_at)
select distinct on (n.kind, n.contact, n.topic_of_opt_in) n.id, n.kind, n.contact, n.person,
    n.channel, n.purpose, n.topic, n.brand, n.consent_event, n.occurred_at, n.due_at
from (
    select *, case kind when 'opt_in' then channel || ' ' || topic || ' ' || brand else '' end
        as topic_of_opt_in
    from unnest(%(ids)s::uuid[], %(kinds)s::text[], %(contacts)s::uuid[], %(people)s::integer[],
        %(channels)s::text[], %(purposes)s::text[], %(topics)s::text[], %(brands)s::text[],
        %(events)s::bigint[], %(occurred)s::timestamptz[], %(due)s::timestamptz[])
        as t (id, kind, contact, person, channel, purpose, topic, brand, consent_event,
            occurred_at, due_at)
) n
where not exists (
    select from consent_state s where n.kind = 'opt_in' and s.contact = n.contact
        and (s.channel, s.purpose, s.topic, s.brand) = (n.channel, n.purpose, n.topic, n.brand)
        and s.status = 'granted' and (s.expires_at is null or s.expires_at > n.occurred_at)
) and not exists (
    select from consent_mail w where w.contact = n.contact and w.kind = n.kind
        and w.intended_at is null
        and (w.kind = 'same_day' or (w.channel, w.topic, w.brand) = (n.channel, n.topic, n.brand))
) and (
    select count(*) from consent_mail w where w.contact = n.contact and w.kind = n.kind
        and w.due_at > %(day_ago)s
) < case n.kind when 'opt_in' then %(most)s else 1 end
order by n.kind, n.contact, n.topic_of_opt_in, n.consent_event
on conflict (consent_event) do nothing

-- name: due
select id, kind, contact, person, channel, purpose, topic, brand, consent_event, occurred_at,
    due_at, message, answered_at
from consent_mail
where intended_at is null and due_at <= %(at)s
order by due_at limit %(limit)s
for update skip locked

-- name: sent
update consent_mail m set message = s.message, intended_at = %(at)s
from unnest(%(ids)s::uuid[], %(messages)s::uuid[]) as s (id, message)
where m.id = s.id

-- name: by_message
select id, kind, contact, person, channel, purpose, topic, brand, consent_event, occurred_at,
    due_at, message, answered_at
from consent_mail where message = %(message)s and contact = %(contact)s
for update

-- name: answer
update consent_mail set answered_at = %(at)s where id = %(id)s and answered_at is null

-- name: said
select notice, notice_name, jurisdiction, zone from consent_event where id = %(place)s
