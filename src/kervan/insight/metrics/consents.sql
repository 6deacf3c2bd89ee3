-- name: growth
-- Addresses whose word about a channel's marketing became another between the edges, by channel:
-- granted at the end and not at the beginning, and the other way round. Whose word did not change
-- in all that time is not looked at. The latest by the person's own time counts, a refusal at the
-- same instant more, as in consent_state; a pending one is none.
with edge as (
    select * from unnest(%(places)s::integer[], %(begins)s::timestamptz[], %(ends)s::timestamptz[])
        as e (place, begins, ends)
), heard as (
    select distinct contact, channel, brand from consent_event
    where occurred_at >= (select min(begins) from edge)
        and occurred_at < (select max(ends) from edge)
        and purpose = 'marketing' and topic = '' and contact_kind <> 'person'
), word as (
    select e.place, h.channel, was.is_granted as was_granted, now.is_granted
    from heard h
    cross join edge e
    left join lateral (
        select v.status = 'granted' as is_granted from consent_event v
        where v.contact = h.contact and v.channel = h.channel and v.brand = h.brand
            and v.purpose = 'marketing' and v.topic = '' and v.status <> 'pending'
            and v.occurred_at < e.begins
        order by v.occurred_at desc, v.status = 'granted', v.event_key limit 1
    ) was on true
    left join lateral (
        select v.status = 'granted' as is_granted from consent_event v
        where v.contact = h.contact and v.channel = h.channel and v.brand = h.brand
            and v.purpose = 'marketing' and v.topic = '' and v.status <> 'pending'
            and v.occurred_at < e.ends
        order by v.occurred_at desc, v.status = 'granted', v.event_key limit 1
    ) now on true
)
select place, channel,
    count(*) filter (where is_granted and not coalesce(was_granted, false)),
    count(*) filter (where was_granted and not coalesce(is_granted, false))
from word group by place, channel order by place, channel

-- name: granted
select channel, count(*) from consent_state
where status = 'granted' and purpose = 'marketing' and topic = ''
group by channel order by channel

-- name: people
-- Whose addresses were gained in the period, the latest first.
select c.person, (extract(epoch from max(e.occurred_at)) * 1000)::bigint as at_ms, count(*)
from consent_event e
join contact_point c on c.hash = e.contact and c.person > 0
where e.occurred_at >= %(begin)s and e.occurred_at < %(end)s and e.status = 'granted'
    and e.purpose = 'marketing' and e.topic = '' and e.contact_kind <> 'person'
    and (%(channel)s = '' or e.channel = %(channel)s)
    and not coalesce((
        select v.status = 'granted' from consent_event v
        where v.contact = e.contact and v.channel = e.channel and v.brand = e.brand
            and v.purpose = 'marketing' and v.topic = '' and v.status <> 'pending'
            and v.occurred_at < %(begin)s
        order by v.occurred_at desc, v.status = 'granted', v.event_key limit 1), false)
    and coalesce((
        select v.status = 'granted' from consent_event v
        where v.contact = e.contact and v.channel = e.channel and v.brand = e.brand
            and v.purpose = 'marketing' and v.topic = '' and v.status <> 'pending'
            and v.occurred_at < %(end)s
        order by v.occurred_at desc, v.status = 'granted', v.event_key limit 1), false)
group by c.person
having (extract(epoch from max(e.occurred_at)) * 1000, c.person) < (%(after_ms)s, %(after)s)
order by at_ms desc, c.person desc
limit %(limit)s
