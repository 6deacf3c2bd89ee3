-- name: words
-- One value for all rows, of fixed width each: a row of its own would cost ten times as much.
select string_agg(int4send(n.ordinal::int) || int2send(array_position(%(statuses)s,
    s.status)::int2) || int8send(coalesce((extract(epoch from s.expires_at) * 1000)::bigint,
    9223372036854775807)) || int8send(s.consent_event)
    || int2send(coalesce(array_position(%(places)s, s.jurisdiction), 0)::int2), ''::bytea)
from unnest(%(contacts)s::uuid[]) with ordinality as n (contact, ordinal)
join consent_state s on s.contact = n.contact and s.channel = %(channel)s
    and s.purpose = %(purpose)s and s.topic = '' and s.brand = ''

-- name: words_each
-- As `words`, each row about its own topic and brand: which word rules stands in look_up.py; the
-- last field says that it is the topic's. A refusal that names no brand is one of every brand.
-- Where words are about people (`herself`) the contact is a head's number, and what any part of her
-- profile said is hers as long as it is a part: of all the latest counts, at one instant the
-- refusal, and one that was only asked for where there is no other.
select string_agg(int4send(r.ordinal::int) || int2send(array_position(%(statuses)s,
    r.status)::int2) || int8send(coalesce((extract(epoch from r.expires_at) * 1000)::bigint,
    9223372036854775807)) || int8send(r.consent_event)
    || int2send(coalesce(array_position(%(places)s, r.jurisdiction), 0)::int2)
    || int2send((r.topic <> '')::int::int2), ''::bytea)
from (
    select n.ordinal, (case when (own.word).contact is not null
        and ((whole.word).contact is null or not ((own.word).status = 'pending'
            or ((whole.word).status not in ('granted', 'pending')
            and (whole.word).occurred_at >= (own.word).occurred_at)))
        then own.word else whole.word end).*
    from (
        select g.ordinal, g.topic, g.brand, case when %(herself)s then array(
            select g.contact
            union all
            select lpad(to_hex(p.person), 32, '0')::uuid from profile p
            where p.merged_into = ('x' || right(g.contact::text, 8))::bit(32)::int
        ) else array[g.contact] end as parts
        from unnest(%(contacts)s::uuid[], %(topics)s::text[], %(brands)s::text[])
            with ordinality as g (contact, topic, brand, ordinal)
    ) n
    left join lateral (
        select s as word from consent_state s
        where s.contact = any(n.parts) and s.channel = %(channel)s and s.purpose = %(purpose)s
            and s.topic = ''
            and (s.brand = n.brand or (s.brand = '' and s.status in ('denied', 'withdrawn')))
        order by %(herself)s and s.status = 'pending', s.occurred_at desc,
                %(herself)s and s.status = 'granted', s.brand
            limit 1
    ) whole on true
    left join lateral (
        select s as word from consent_state s
        where s.contact = any(n.parts) and s.channel = %(channel)s and s.purpose = %(purpose)s
            and s.topic = n.topic
            and (s.brand = n.brand or (s.brand = '' and s.status in ('denied', 'withdrawn')))
        order by %(herself)s and s.status = 'pending', s.occurred_at desc,
                %(herself)s and s.status = 'granted', s.brand
            limit 1
    ) own on n.topic <> ''
) r
where r.contact is not null

-- name: has_special
select from contact_point where recipient_type <> 'individual' or country <> '' limit 1

-- name: special
select n.ordinal::int, c.recipient_type = 'merchant', c.country
from unnest(%(contacts)s::uuid[]) with ordinality as n (contact, ordinal)
join contact_point c on c.hash = n.contact
    and (c.recipient_type <> 'individual' or c.country <> '')
