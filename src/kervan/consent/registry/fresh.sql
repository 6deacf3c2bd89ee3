-- name: standings
-- Most addresses of a campaign stand alike: one row for each kind of standing, with their places.
select known.status, known.fresh, known.merchant, array_agg(known.ordinal)
from (
    select n.ordinal::integer, s.status, coalesce(c.recipient_type = 'merchant', false) as merchant,
        coalesce(case when %(can_check)s then s.checked_at
            else greatest(s.checked_at, %(pulled_at)s::timestamptz) end >= %(oldest)s
            and s.status is not null, false) as fresh
    from unnest(%(contacts)s::uuid[]) with ordinality as n (contact, ordinal)
    left join contact_point c on c.hash = n.contact
    left join registry_state s on s.brand = %(brand)s and s.contact = n.contact
        and s.type = %(type)s and s.recipient_type = case c.recipient_type
            when 'merchant' then 'TACIR' else 'BIREYSEL' end
) known group by 1, 2, 3

-- name: want
-- In one order, so that two senders never wait for each other in a circle.
insert into registry_wanted (brand, contact, type, recipient_type, wanted_at)
select %(brand)s, n.contact, %(type)s, n.recipient_type, %(at)s
from unnest(%(contacts)s::uuid[], %(recipient_types)s::text[]) as n (contact, recipient_type)
order by n.contact, n.recipient_type
on conflict do nothing

-- name: wanted
select w.contact, w.type, w.recipient_type, c.sealed, p.key
from registry_wanted w
left join contact_point c on c.hash = w.contact
left join profile p on p.person = c.person
where w.brand = %(brand)s
order by w.type, w.recipient_type, w.wanted_at limit %(count)s

-- name: answered
delete from registry_wanted w
using unnest(%(contacts)s::uuid[], %(types)s::text[], %(recipient_types)s::text[])
    as n (contact, type, recipient_type)
where w.brand = %(brand)s and w.contact = n.contact and w.type = n.type
    and w.recipient_type = n.recipient_type

-- name: account_of
select a.provider, a.settings -> 'facts', p.pulled_at
from registry_account a left join registry_progress p on p.brand = a.brand
where a.brand = %(brand)s and a.enabled

-- name: counts
select state, count(*), count(*) filter (where alarmed_at is not null
    and state in ('waiting', 'sending', 'pending', 'doubt'))
from registry_outbox where brand = %(brand)s group by state

-- name: troubled
-- What an operator has to see: late, refused and worthless words, the youngest first.
select id, consent_event, type, status, consent_at, due_at, state, reason
from registry_outbox where brand = %(brand)s
    and (state in ('refused', 'worthless') or (alarmed_at is not null
        and state in ('waiting', 'sending', 'pending', 'doubt')))
order by id desc limit %(count)s

-- name: ledger_states
select contact, channel, status, occurred_at from consent_state
where contact = any(%(contacts)s::uuid[]) and purpose = 'marketing' and topic = ''
    and brand = %(brand)s

-- name: recipient_types
select hash, recipient_type from contact_point where hash = any(%(contacts)s::uuid[])
