-- name: who
-- One row of arrays for everybody asked about who still has a profile, with since when she has an
-- address of each kind. Whole tables are joined, for nearly all of
-- them are asked about.
with atom as (
    select p.person, coalesce(p.merged_into, p.person) as head, p.traits from profile p
    where coalesce(p.merged_into, p.person) = any(%(people)s::integer[])
), point as (
    select atom.head,
        min(i.claimed_at) filter (where i.kind = 2) as email,
        min(i.claimed_at) filter (where i.kind = 3) as phone
    from atom join identifier i on i.person = atom.person and i.kind in (2, 3)
    group by atom.head
)
select array_agg(atom.head::bigint order by atom.head),
    array_agg(coalesce(point.email, 'infinity') order by atom.head),
    array_agg(coalesce(point.phone, 'infinity') order by atom.head)
from atom
left join point on point.head = atom.head
where atom.person = atom.head

-- name: devices
-- From when until when a channel reached some device or chat of hers; those that are gone count for
-- their time.
select array_agg(head::bigint), array_agg(channel::smallint), array_agg(since), array_agg(until)
from (
    select coalesce(p.merged_into, p.person) as head, c.channel, min(t.registered_at) as since,
        max(coalesce(t.gone_at, 'infinity')) as until
    from push_token t
    join profile p on p.person = t.person
    join unnest(%(platforms)s::smallint[], %(channels)s::smallint[]) as c (platform, channel)
        on c.platform = t.platform
    where coalesce(p.merged_into, p.person) = any(%(people)s::integer[])
    group by 1, 2
    order by 1, 2
) found

-- name: places
-- Where those are who said it themselves.
select coalesce(p.merged_into, p.person), coalesce(p.traits -> 'timezone' ->> 0, ''),
    coalesce(p.traits -> 'country' ->> 0, '')
from profile p
where (p.traits ? 'timezone' or p.traits ? 'country')
    and coalesce(p.merged_into, p.person) = any(%(people)s::integer[])
order by p.person

-- name: countries
SELECT people.person AS person, CAST(country, 'String') AS country FROM people FINAL
WHERE NOT gone AND country != '' ORDER BY person

-- name: suppressed
-- Since when nothing may go to the address messages would go to, which is found as the sender does.
with address as (
    select distinct on (coalesce(p.merged_into, p.person), i.kind)
        coalesce(p.merged_into, p.person) as head, i.kind, i.hash
    from profile p join identifier i on i.person = p.person and i.kind in (2, 3)
    where coalesce(p.merged_into, p.person) = any(%(people)s::integer[])
    order by coalesce(p.merged_into, p.person), i.kind, i.verified_at desc nulls last,
        i.claimed_at desc, i.hash
)
select a.head, a.kind, s.channel, min(s.at)
from contact_suppression s join address a on a.hash = s.contact
group by 1, 2, 3
order by 1, 2, 3

-- name: merchants
select coalesce(p.merged_into, p.person), c.recipient_type = 'merchant', c.country
from contact_point c
join identifier i on i.hash = c.hash
join profile p on p.person = i.person
where (c.recipient_type <> 'individual' or c.country <> '')
    and coalesce(p.merged_into, p.person) = any(%(people)s::integer[])

-- name: went
-- What people really got, or may have: 2 accepted, 3 delivered, 9 unknown, 10 with its provider.
select array_agg(coalesce(p.merged_into, p.person)::bigint), array_agg(s.at),
    array_agg(array_position(%(channels)s, s.channel)::smallint),
    array_agg(array_position(%(topics)s, s.topic)::smallint),
    array_agg(array_position(%(brands)s, s.brand)::smallint),
    array_agg((s.class = 'marketing')::int::smallint),
    array_agg(array_position(%(journeys)s, m.journey)::smallint)
from slot s
join message m on m.id = s.message
join profile p on p.person = s.person
where s.at >= %(since)s and s.at < %(until)s and m.state in (2, 3, 9, 10)
    and s.class = any(%(classes)s)
    and (s.at < %(from)s or not m.journey = any(%(played)s))
    and coalesce(p.merged_into, p.person) = any(%(people)s::integer[])

-- name: went_marks
select array_agg(distinct s.channel), array_agg(distinct s.topic), array_agg(distinct s.brand),
    array_agg(distinct m.journey)
from slot s join message m on m.id = s.message
where s.at >= %(since)s and s.at < %(until)s

-- name: observed
-- How people reacted to what was sent, by channel; machines' opens and clicks are no reactions.
select channel, count(*), count(opened_at), count(clicked_at) from message
where handed_at >= %(since)s and handed_at < %(until)s and state in (2, 3)
group by channel order by channel
