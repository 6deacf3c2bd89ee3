-- name: workspace_number
select id from kervan.workspace where 'ws_' || key = current_schema()

-- name: message_for
-- The journal knows the links of a message before its books are closed.
select m.person, m.journey, m.version, m.step, m.run, m.template_version, h.at, h.links,
    m.topic, m.brand, m.channel
from message m
join lateral (
    select at, links from hand_over where message = m.id order by attempt desc limit 1
) h on true
where m.id = %(message)s

-- name: brand_of
select brand from message where id = %(message)s

-- name: latest
-- A message's number holds its time: the primary key is the order.
select m.id, m.person, m.journey, m.version, m.step, m.run, m.channel, m.class, m.state, m.reason,
    m.intended_at, m.handed_at, m.finished_at, m.template_version, m.context,
    o.claimed_by is not null, coalesce(o.held, '')
from message m left join message_open o on o.message = m.id
where (%(person)s::integer is null or m.person = %(person)s) and m.class <> 'test'
  and (%(sent)s::boolean is not true or m.state in (2, 3, 10))
order by m.id desc limit %(limit)s

-- name: webhooks
-- Calls of journeys' webhooks, by an index of their own.
select m.id, m.journey, m.step, m.state, coalesce(m.reason, ''), m.intended_at, m.handed_at,
    greatest(m.attempts, coalesce(o.attempt, 0)), o.claimed_by is not null,
    case when o.claimed_by is null then o.due_at end, coalesce(o.held, '')
from message m left join message_open o on o.message = m.id
where m.channel = 'webhook' and m.class <> 'test'
  and (%(before)s::uuid is null or m.id < %(before)s)
order by m.id desc limit %(limit)s

-- name: backlog
select count(*), count(*) filter (where claimed_by is not null),
    count(*) filter (where doubt_at is not null), min(due_at) filter (where claimed_by is null)
from message_open

-- name: consent_of
-- While a message is on its way, its journal knows what allowed it.
select m.person, m.channel, m.class, m.state, coalesce(m.reason, ''), m.journey, m.step,
    coalesce(m.handed_at, h.at), coalesce(m.consent_event, h.consent_event, 0), m.topic, m.brand
from message m
left join lateral (
    select at, consent_event from hand_over where message = m.id order by attempt desc limit 1
) h on true
where m.id = %(message)s
