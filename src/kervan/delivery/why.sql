-- name: messages
-- While a message is on its way its journal knows when it was handed over.
select m.id, m.person, m.channel, m.class, m.journey, m.step, m.state, m.reason, m.intended_at,
    m.expires_at, coalesce(m.handed_at, h.at), m.finished_at, o.due_at,
    o.claimed_by is not null, o.held, m.topic, m.brand, m.choice
from message m
left join message_open o on o.message = m.id
left join lateral (
    select at from hand_over where message = m.id order by attempt desc limit 1
) h on true
where m.id = any(%(messages)s::uuid[])

-- name: words
select id, status, channel, topic, brand, occurred_at, source from consent_event
where id = any(%(events)s::bigint[])
