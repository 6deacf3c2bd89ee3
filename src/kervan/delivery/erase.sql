-- name: cancel_waiting
with gone as (
    delete from message_open o using message m
    where m.id = o.message and m.person = any(%(people)s) and o.claimed_by is null
    returning o.message, o.attempt
)
update message m
set state = %(state)s, reason = %(reason)s, finished_at = %(at)s, attempts = gone.attempt
from gone where m.id = gone.message

-- name: cancel_claimed
update message_open o set cancelled = %(reason)s
from message m
where m.id = o.message and m.person = any(%(people)s) and o.cancelled is null

-- name: forget_hand_overs
-- A link of her own mail may name her; what the other side answered may name her address.
update hand_over h set links = '{}', answer = case when h.answer is not null then '' end
from message m where m.id = h.message and m.person = any(%(people)s)

-- name: forget_seeds
-- A colleague who asks to be erased gets no tests any more.
delete from seed where contact in (
    select hash from identifier where person = any(%(people)s) and kind in (2, 3)
    union all select hash from push_token where person = any(%(people)s))

-- name: forget_places
-- Nothing goes to her any more, so no cap asks.
delete from slot where person = any(%(people)s)

-- name: forget_paced
delete from paced where person = any(%(people)s)

-- name: forget_messages
update message set context = '', provider_ref = null, choice = null where person = any(%(people)s)

-- name: expire
with old as (
    select id from message
    where finished_at < %(before)s and context <> '' order by finished_at limit %(limit)s
), links as (
    update hand_over h set links = '{}' from old where h.message = old.id
), scripts as (
    update task t set sealed = '' from old where t.message = old.id
), notes as (
    update task_attempt a set sealed = null from old where a.task = old.id
)
update message m set context = '', provider_ref = null, choice = null from old where m.id = old.id

-- name: disclose
select id, person, journey, step, channel, class, state, reason, intended_at, handed_at,
    finished_at, delivered_at, opened_at, clicked_at, unsubscribed_at, consent_event,
    template_version as template, context
from message where person = any(%(people)s) and class <> 'test' order by id
