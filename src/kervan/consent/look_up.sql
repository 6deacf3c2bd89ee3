-- name: words
-- One value for all rows, of fixed width each: a row of its own would cost ten times as much.
select string_agg(int4send(n.ordinal::int) || int2send(array_position(%(statuses)s,
    s.status)::int2) || int8send(coalesce((extract(epoch from s.expires_at) * 1000)::bigint,
    9223372036854775807)) || int8send(s.consent_event)
    || int2send(coalesce(array_position(%(places)s, s.jurisdiction), 0)::int2), ''::bytea)
from unnest(%(contacts)s::uuid[]) with ordinality as n (contact, ordinal)
join consent_state s on s.contact = n.contact and s.channel = %(channel)s
    and s.purpose = %(purpose)s and s.topic = '' and s.brand = %(brand)s

-- name: words_on_topic
-- As `words`, with the word that rules for a topic: see look_up.py.
select string_agg(int4send(s.ordinal::int) || int2send(array_position(%(statuses)s,
    s.status)::int2) || int8send(coalesce((extract(epoch from s.expires_at) * 1000)::bigint,
    9223372036854775807)) || int8send(s.consent_event)
    || int2send(coalesce(array_position(%(places)s, s.jurisdiction), 0)::int2), ''::bytea)
from (
    select distinct on (n.ordinal) n.ordinal, s.*
    from unnest(%(contacts)s::uuid[]) with ordinality as n (contact, ordinal)
    left join consent_state whole on whole.contact = n.contact and whole.channel = %(channel)s
        and whole.purpose = %(purpose)s and whole.topic = '' and whole.brand = %(brand)s
    join consent_state s on s.contact = n.contact and s.channel = %(channel)s
        and s.purpose = %(purpose)s and s.topic in ('', %(topic)s) and s.brand = %(brand)s
    order by n.ordinal,
        s.topic = '' and whole.status not in ('granted', 'pending') and not exists (
            select from consent_state special where special.contact = n.contact
                and special.channel = %(channel)s and special.purpose = %(purpose)s
                and special.topic = %(topic)s and special.brand = %(brand)s
                and special.status <> 'pending' and special.occurred_at > whole.occurred_at
        ) desc,
        s.topic <> '' and s.status <> 'pending' desc, s.topic = '' desc
) s

-- name: has_special
select from contact_point where recipient_type <> 'individual' or country <> '' limit 1

-- name: special
select n.ordinal::int, c.recipient_type = 'merchant', c.country
from unnest(%(contacts)s::uuid[]) with ordinality as n (contact, ordinal)
join contact_point c on c.hash = n.contact
    and (c.recipient_type <> 'individual' or c.country <> '')
