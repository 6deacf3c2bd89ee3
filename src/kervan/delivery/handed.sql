-- name: hand
-- 10: handed over. What is no longer the sender's is left alone, as in its other books.
with given as (
    select * from unnest(%(messages)s::uuid[], %(attempts)s::integer[], %(accounts)s::text[],
        %(references)s::text[], %(consents)s::bigint[], %(handed)s::timestamptz[],
        %(untils)s::timestamptz[])
        as g (message, attempt, account, reference, consent, handed, until)
), gone as (
    delete from message_open o using given g
    where o.message = g.message and o.attempt = g.attempt and o.claimed_by = any(%(senders)s)
    returning o.message
), waiting as (
    insert into message_handed (message, account, handed_at, until)
    select g.message, g.account, g.handed, g.until from given g join gone using (message)
), named as (
    insert into provider_reference (account, reference, message, at)
    select g.account, part, g.message, g.handed
    from given g join gone using (message)
    cross join lateral regexp_split_to_table(g.reference, ' ') as part
    where part <> ''
    on conflict do nothing
)
update message m set state = 10, consent_event = nullif(g.consent, 0), attempts = g.attempt,
    handed_at = g.handed, provider_ref = nullif(g.reference, '')
from given g join gone using (message)
where m.id = g.message
returning m.id

-- name: early
-- Receipts that came before the references of these messages were known.
delete from early_receipt e using provider_reference r
where r.message = any(%(messages)s::uuid[]) and e.account = r.account
    and split_part(e.reference, ' ', 1) = r.reference
returning e.account, e.reference, e.kind, e.problem, e.code, e.at

-- name: late
-- Receipts that came before a hand-over which only a recovery wrote down.
delete from early_receipt e using provider_reference r
where e.account = r.account and split_part(e.reference, ' ', 1) = r.reference
returning e.account, e.reference, e.kind, e.problem, e.code, e.at

-- name: resolve
select g.row, r.message
from unnest(%(rows)s::integer[], %(references)s::text[]) as g (row, reference)
join provider_reference r on r.account = %(account)s and r.reference = g.reference

-- name: name_message
-- An acceptance that came late says what its message is called, and more may be said of it so.
insert into provider_reference (account, reference, message, at)
select %(account)s, part, g.message, %(at)s
from unnest(%(messages)s::uuid[], %(references)s::text[]) as g (message, reference)
join message m on m.id = g.message
cross join lateral regexp_split_to_table(g.reference, ' ') as part
where part <> ''
on conflict do nothing

-- name: keep_early
insert into early_receipt (account, reference, kind, problem, code, at)
select %(account)s, * from unnest(%(references)s::text[], %(kinds)s::text[],
    %(problems)s::text[], %(codes)s::text[], %(at)s::timestamptz[])
on conflict do nothing

-- name: mark_parts
update provider_reference set delivered = true
where account = %(account)s and reference = any(%(references)s::text[])

-- name: whole
-- Those of the messages of which no part is still on its way.
select message from unnest(%(messages)s::uuid[]) as wanted (message)
where not exists (
    select from provider_reference r where r.message = wanted.message and not r.delivered)

-- name: lock_open
-- In the order in which senders' books go, the outbox first: each else waits for the other.
select from message_open where message = any(%(messages)s::uuid[]) order by message for update

-- name: lock
-- Only who holds the row ends the message: handed over, in doubt, or still in a sender's hands.
select m.id, m.person, m.journey, m.version, m.step, m.run, m.channel, m.state
from message m where m.id = any(%(messages)s::uuid[]) order by m.id for update

-- name: end
with given as (
    select * from unnest(%(messages)s::uuid[], %(states)s::smallint[], %(reasons)s::text[],
        %(codes)s::text[]) as g (message, state, reason, code)
), handed as (
    delete from message_handed h using given g where h.message = g.message
), open as (
    delete from message_open o using given g where o.message = g.message
    returning o.message, o.attempt
), journal as (
    select distinct on (h.message) h.message, h.at, h.consent_event, h.attempt
    from hand_over h join open using (message)
    order by h.message, h.attempt desc
)
update message m set state = g.state, reason = nullif(g.reason, ''), finished_at = %(at)s,
    handed_at = coalesce(m.handed_at, j.at), attempts = greatest(m.attempts, coalesce(j.attempt, 0)),
    consent_event = coalesce(m.consent_event, j.consent_event),
    provider_ref = coalesce(m.provider_ref, nullif(g.code, ''))
from given g left join journal j on j.message = g.message
where m.id = g.message

-- name: overdue
select message from message_handed where until <= %(at)s order by until limit %(limit)s
for update skip locked

-- name: forget
with old_early as (delete from early_receipt where at < %(before)s)
delete from provider_reference where at < %(before)s and not exists (
    select from message_handed h where h.message = provider_reference.message)

-- name: outstanding
-- What an account took and has not ended, and what is in doubt there; the next after a message.
select message, reference from (
    select h.message, coalesce(m.provider_ref, '') as reference
    from message_handed h join message m on m.id = h.message
    where h.account = %(account)s and h.handed_at <= %(before)s
    union all
    select o.message, ''
    from message_open o join hand_over h on h.message = o.message and h.attempt = o.attempt
    where o.doubt_at is not null and h.account = %(account)s
) one
where message > %(after)s order by message limit %(limit)s

-- name: awaited
select count(*) from message_handed
