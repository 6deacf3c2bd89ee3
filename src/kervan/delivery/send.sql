-- name: new_sender
select nextval('kervan.sender_number')::int

-- name: be_present
-- Held by the session that writes the journal: who is not present cannot journal, and what is not
-- journalled does not leave. So a lost session frees its messages without any guessing.
select pg_try_advisory_lock(%(place)s, %(sender)s)

-- name: alive
select 1

-- name: is_gone
select pg_try_advisory_xact_lock(%(place)s, %(sender)s)

-- name: journal
-- What was taken back meanwhile is not journalled, so it does not leave; it is named in the answer.
-- So is what was refused behind the gate's back, by somebody who could not see the message yet:
-- rows of the ledger after the last one the gate saw. Nobody's are looked for while there is none.
with withheld as (
    select message from message_open
    where message = any(%(messages)s::uuid[]) and cancelled is not null
    union
    select g.message
    from unnest(%(agreed)s::uuid[], %(contacts)s::uuid[], %(seen)s::bigint[])
        as g (message, contact, seen)
    cross join lateral (
        select from consent_event e
        where e.contact = g.contact and e.id > g.seen and e.channel = %(channel)s
            and e.purpose = 'marketing' and e.status in ('denied', 'withdrawn', 'expired')
        limit 1
    ) refused
    where g.seen < (select position from consent_head)
    union
    -- A stop is obeyed by what a sender holds already; one that is lifted may have dropped it.
    select m.id from message m
    join (
        select scope, everything, null::timestamptz as intended_until from sending_stop
        union all
        select scope, everything, intended_until from sending_drop
    ) s on (s.everything or m.class = 'marketing')
        and s.scope in ('workspace', 'channel:' || m.channel, 'brand:' || m.brand,
            case when m.run < 0 then 'broadcast:' else 'journey:' end || m.journey)
        and (s.intended_until is null or m.intended_at <= s.intended_until)
    where m.id = any(%(messages)s::uuid[])
), answered as (
    update hand_over h set answer = a.answer
    from unnest(%(answered)s::uuid[], %(answered_attempts)s::integer[], %(answers)s::text[])
        as a (message, attempt, answer)
    where h.message = a.message and h.attempt = a.attempt
), kept as (
    insert into hand_over (message, attempt, at, consent_event, links, account)
    select g.message, g.attempt, %(at)s, nullif(g.consent, 0),
           case when g.links = '' then '{}' else string_to_array(g.links, E'\n') end, g.account
    from unnest(%(messages)s::uuid[], %(attempts)s::integer[], %(consents)s::bigint[],
        %(links)s::text[], %(accounts)s::text[]) as g (message, attempt, consent, links, account)
    where g.message not in (select message from withheld)
)
select message from withheld

-- name: claim
-- What somebody waits for comes first (lane 0), then what follows from what she did (1), then
-- broadcasts (2): a million of them stand before nobody.
with urgent as (
    select message from message_open
    where claimed_by is null and lane = 0 and channel = %(channel)s and due_at <= %(at)s
    order by due_at limit %(limit)s
    for update skip locked
), other as (
    select message from message_open
    where claimed_by is null and lane = 1 and channel = %(channel)s and due_at <= %(at)s
    order by due_at limit (select %(limit)s - count(*) from urgent)
    for update skip locked
), wide as (
    select message from message_open
    where claimed_by is null and lane = 2 and channel = %(channel)s and due_at <= %(at)s
    order by due_at limit (
        select %(limit)s - (select count(*) from urgent) - (select count(*) from other))
    for update skip locked
), due as (
    select message from urgent union all select message from other
    union all select message from wide
), mine as (
    update message_open o set claimed_by = %(sender)s, attempt = o.attempt + 1
    from due where o.message = due.message
    returning o.message, o.attempt, o.deferrals, o.cancelled, o.held
)
select m.id, mine.attempt, mine.deferrals, mine.cancelled, m.person, m.journey, m.version, m.step,
    m.run, m.channel, m.class, m.template_version, m.context, m.not_before, m.expires_at, m.contact,
    m.topic, m.brand, m.priority, m.routes, m.route, mine.held, m.intended_at, m.hold_out
from mine join message m on m.id = mine.message

-- name: finish
with given as (
    select * from unnest(%(messages)s::uuid[], %(attempts)s::integer[], %(states)s::smallint[],
        %(reasons)s::text[], %(consents)s::bigint[], %(handed)s::timestamptz[],
        %(references)s::text[])
        as g (message, attempt, state, reason, consent, handed, reference)
), gone as (
    delete from message_open o using given g
    where o.message = g.message and o.attempt = g.attempt and o.claimed_by = any(%(senders)s)
    returning o.message
)
update message m set state = g.state, reason = nullif(g.reason, ''),
    consent_event = nullif(g.consent, 0), attempts = g.attempt, handed_at = g.handed,
    finished_at = %(at)s, provider_ref = nullif(g.reference, '')
from given g join gone on gone.message = g.message
where m.id = g.message
returning m.id

-- name: put_off
update message_open o
set claimed_by = null, due_at = g.due_at, deferrals = g.deferrals, held = g.reason
from unnest(%(messages)s::uuid[], %(attempts)s::integer[], %(due)s::timestamptz[],
    %(deferrals)s::integer[], %(reasons)s::text[])
    as g (message, attempt, due_at, deferrals, reason)
where o.message = g.message and o.attempt = g.attempt and o.claimed_by = any(%(senders)s)

-- name: reroute
-- One row still, and one final state: only where its sender goes on looking for it is another.
with given as (
    select * from unnest(%(messages)s::uuid[], %(attempts)s::integer[], %(due)s::timestamptz[],
        %(reasons)s::text[], %(places)s::smallint[], %(channels)s::text[], %(templates)s::bigint[])
        as g (message, attempt, due_at, reason, place, channel, template)
), moved as (
    update message_open o
    set claimed_by = null, due_at = g.due_at, held = g.reason, channel = g.channel
    from given g
    where o.message = g.message and o.attempt = g.attempt and o.claimed_by = any(%(senders)s)
    returning o.message
)
update message m set channel = g.channel, template_version = g.template, route = g.place
from given g join moved on moved.message = g.message
where m.id = g.message

-- name: doubt
update message_open o set doubt_at = %(at)s, held = g.reason
from unnest(%(messages)s::uuid[], %(attempts)s::integer[], %(reasons)s::text[])
    as g (message, attempt, reason)
where o.message = g.message and o.attempt = g.attempt and o.claimed_by = any(%(senders)s)

-- name: wake
-- What a stop put off before the last one was lifted; another stop that still holds it puts it off
-- again, until after that.
update message_open set due_at = %(at)s
where message in (
    select o.message from message_open o
    where o.held in ('delivery.emergency_stop', 'delivery.complaints') and o.claimed_by is null
        and o.due_at > %(at)s
        and o.due_at <= (select max(at) from sending_resumed) + %(asleep)s
    order by o.due_at limit %(limit)s
    for update skip locked)

-- name: other_senders
select distinct claimed_by from message_open
where claimed_by is not null and doubt_at is null and claimed_by <> %(sender)s

-- name: requeue_unjournalled
update message_open o set claimed_by = null, due_at = %(at)s, held = 'delivery.sender_lost'
where o.claimed_by = %(gone)s and o.doubt_at is null and not exists (
    select from hand_over h where h.message = o.message and h.attempt = o.attempt)

-- name: finish_answered
with gone as (
    delete from message_open o using hand_over h
    where o.claimed_by = %(gone)s and o.doubt_at is null
      and h.message = o.message and h.attempt = o.attempt and h.answer is not null
      and h.account = ''
    returning o.message, o.attempt, h.at, h.consent_event, h.answer
)
update message m set state = %(state)s, attempts = gone.attempt, handed_at = gone.at,
    consent_event = gone.consent_event, finished_at = %(at)s,
    provider_ref = nullif(gone.answer, '')
from gone where m.id = gone.message
returning m.id, m.person, m.journey, m.version, m.step, m.run, m.channel

-- name: hand_answered
-- What a provider with receipts had accepted waits for them (handed.sql), as if we had written it.
with gone as (
    delete from message_open o using hand_over h
    where o.claimed_by = %(gone)s and o.doubt_at is null
      and h.message = o.message and h.attempt = o.attempt and h.answer is not null
    returning o.message, o.attempt, h.at, h.consent_event, h.answer, h.account
), waiting as (
    insert into message_handed (message, account, handed_at, until)
    select message, account, at, %(until)s from gone
), named as (
    insert into provider_reference (account, reference, message, at)
    select account, part, message, at
    from gone cross join lateral regexp_split_to_table(answer, ' ') as part
    where part <> ''
    on conflict do nothing
)
update message m set state = %(handed)s, attempts = gone.attempt, handed_at = gone.at,
    consent_event = gone.consent_event, provider_ref = nullif(gone.answer, '')
from gone where m.id = gone.message
returning m.id, m.person, m.journey, m.version, m.step, m.run, m.channel

-- name: doubt_journalled
update message_open set doubt_at = %(at)s, held = 'delivery.sender_died'
where claimed_by = %(gone)s and doubt_at is null

-- name: end_doubts
with gone as (
    delete from message_open where message in (
        select message from message_open
        where claimed_by is not null and doubt_at <= %(before)s
        order by message for update skip locked)
    returning message, attempt
)
update message m set state = %(state)s, reason = 'delivery.in_doubt', attempts = gone.attempt,
    handed_at = h.at, consent_event = h.consent_event, finished_at = %(at)s
from gone left join hand_over h on h.message = gone.message and h.attempt = gone.attempt
where m.id = gone.message
returning m.id, m.person, m.journey, m.version, m.step, m.run, m.channel

-- name: resend_doubts
-- Sabotage only: what a sender must never do, so that the crash tests can show that they see it.
update message_open set claimed_by = null, doubt_at = null, due_at = %(at)s
where claimed_by is not null and doubt_at <= %(before)s
