-- name: keep
insert into task (message, kind, person, run, account, store, brand, priority, sealed, due_at,
    expires_at, created_at)
select g.*, %(at)s
from unnest(%(messages)s::uuid[], %(kinds)s::text[], %(people)s::integer[], %(runs)s::bigint[],
    %(accounts)s::text[], %(stores)s::text[], %(brands)s::text[], %(priorities)s::smallint[],
    %(sealed)s::bytea[], %(due)s::timestamptz[], %(expires)s::timestamptz[]) as g
on conflict (message) do nothing

-- name: list
-- The next after a place, the most urgent first.
select message, kind, person, account, store, brand, state, priority, sealed, due_at, expires_at,
    taken_by, lease_until, attempts, outcome, created_at, ended_at
from task
where kind = %(kind)s and state = any(%(states)s::smallint[])
    and (%(stores)s::text[] is null or store = any(%(stores)s))
    and (%(mine)s::uuid is null or taken_by = %(mine)s)
    and (%(brand)s::text is null or brand = %(brand)s)
    and (%(people)s::integer[] is null or person = any(%(people)s))
    and (%(due_before)s::timestamptz is null or due_at <= %(due_before)s)
    and (-priority, due_at, message) > (%(rank)s, %(due)s, %(message)s)
order by -priority, due_at, message limit %(limit)s

-- name: one
select message, kind, person, account, store, brand, state, priority, sealed, due_at, expires_at,
    taken_by, lease_until, attempts, outcome, created_at, ended_at
from task where message = %(task)s

-- name: lock
select message, kind, person, account, store, brand, state, priority, sealed, due_at, expires_at,
    taken_by, lease_until, attempts, outcome, created_at, ended_at
from task where message = %(task)s for update

-- name: held
-- What an agent has in hand already.
select message, kind, person, account, store, brand, state, priority, sealed, due_at, expires_at,
    taken_by, lease_until, attempts, outcome, created_at, ended_at
from task
where taken_by = %(agent)s and kind = %(kind)s and state in (1, 2) and lease_until > %(at)s
order by message limit 1

-- name: take_next
update task set state = 1, taken_by = %(agent)s, lease_until = %(lease)s
where state = 0 and message = (
    select message from task
    where kind = %(kind)s and state = 0 and due_at <= %(at)s and expires_at > %(at)s
        and (%(stores)s::text[] is null or store = any(%(stores)s))
    order by -priority, due_at, message limit 1 for update skip locked)
returning message, kind, person, account, store, brand, state, priority, sealed, due_at,
    expires_at, taken_by, lease_until, attempts, outcome, created_at, ended_at

-- name: take_one
update task set state = 1, taken_by = %(agent)s, lease_until = %(lease)s
where message = %(task)s and state = 0 and expires_at > %(at)s
returning message, kind, person, account, store, brand, state, priority, sealed, due_at,
    expires_at, taken_by, lease_until, attempts, outcome, created_at, ended_at

-- name: prolong
update task set lease_until = %(lease)s where message = %(task)s

-- name: put_back
update task set state = 0, taken_by = null, lease_until = null where message = %(task)s

-- name: release_lost
-- Whoever took them was silent for too long.
with lost as (
    select message, state, attempts from task
    where state in (1, 2) and lease_until <= %(at)s
    order by message limit 500 for update skip locked
), tried as (
    update task_attempt a set outcome = 'unknown' from lost
    where lost.state = 2 and a.task = lost.message and a.number = lost.attempts and a.outcome = ''
)
update task t set state = 0, taken_by = null, lease_until = null
from lost where t.message = lost.message

-- name: call
update task set state = 2, attempts = attempts + 1, lease_until = %(lease)s
where message = %(task)s
returning attempts

-- name: not_called
update task set state = 1 where message = %(task)s and state = 2 and attempts = %(number)s

-- name: hold
update task set state = 0, taken_by = null, lease_until = null, due_at = %(due)s,
    outcome = %(outcome)s
where message = %(task)s

-- name: end
update task set state = %(state)s, outcome = %(outcome)s, ended_at = %(at)s, lease_until = null
where message = %(task)s

-- name: count_attempt
update task set attempts = attempts + 1 where message = %(task)s returning attempts

-- name: begin_attempt
insert into task_attempt (task, number, tried_by, account, at)
values (%(task)s, %(number)s, %(agent)s, %(account)s, %(at)s)

-- name: attempt_ended
update task_attempt set outcome = %(outcome)s, sealed = %(sealed)s
where task = %(task)s and number = %(number)s

-- name: attempts
select task, number, tried_by, account, at, ringing_at, answered_at, ended_at, seconds, outcome,
    sealed
from task_attempt where task = any(%(tasks)s::uuid[]) order by task, number

-- name: claim
select m.attempts, m.person, m.journey, m.version, m.step, m.run, m.channel, m.class,
    m.template_version, m.context, m.not_before, m.contact, m.topic, m.brand, m.priority,
    m.intended_at
from message m where m.id = %(task)s

-- name: leave_place
-- Her own message must not stand in its way when caps are counted anew.
delete from slot where message = %(task)s
returning message, attempt, person, at, channel, class, topic, brand

-- name: keep_place
insert into slot (message, attempt, person, at, channel, class, topic, brand)
values (%(message)s, %(attempt)s, %(person)s, %(at)s, %(channel)s, %(class)s, %(topic)s, %(brand)s)
on conflict (message) do nothing

-- name: due_to_expire
select message, kind, attempts from task
where state in (0, 1, 2) and expires_at <= %(at)s and (state <> 2 or lease_until <= %(at)s)
order by message limit %(limit)s for update skip locked

-- name: expire
update task set state = 4, ended_at = %(at)s, lease_until = null
where message = any(%(tasks)s::uuid[])

-- name: hold_calls
-- What is said of a call and how our books name it wait for each other: at once, neither would see
-- what the other has not committed yet. In one order, so that no two wait in a ring.
select pg_advisory_xact_lock(1801812583, given.place) from (
    select distinct hashtext(%(account)s::text || ' ' || call) as place
    from unnest(%(calls)s::text[]) as g (call) order by 1
) given

-- name: name_call
update task_attempt set call = %(call)s where task = %(task)s and number = %(number)s

-- name: early_calls
delete from early_call where account = %(account)s and call = %(call)s
returning kind, call, at, seconds

-- name: called
-- What a switch says counts whenever it comes: the first ringing, the first answer, the longest end.
with given as (
    select call, min(at) filter (where kind = 'ringing') as ringing,
        min(at) filter (where kind = 'answered') as answered,
        min(at) filter (where kind = 'ended') as ended,
        max(seconds) filter (where kind = 'ended') as seconds
    from unnest(%(kinds)s::text[], %(calls)s::text[], %(at)s::timestamptz[], %(seconds)s::integer[])
        as g (kind, call, at, seconds)
    group by call
)
update task_attempt a set ringing_at = least(a.ringing_at, g.ringing),
    answered_at = least(a.answered_at, g.answered), ended_at = least(a.ended_at, g.ended),
    seconds = greatest(a.seconds, g.seconds)
from given g where a.account = %(account)s and a.call = g.call and g.call <> ''
returning a.call

-- name: keep_early
insert into early_call (account, call, kind, at, seconds)
select %(account)s, g.call, g.kind, g.at, g.seconds
from unnest(%(kinds)s::text[], %(calls)s::text[], %(at)s::timestamptz[], %(seconds)s::integer[])
    as g (kind, call, at, seconds)
on conflict do nothing

-- name: forget_early
delete from early_call where at < %(before)s

-- name: stores_of
select store from store_staff where owner = %(owner)s order by store

-- name: leave_stores
delete from store_staff where owner = %(owner)s

-- name: join_stores
insert into store_staff (owner, store)
select %(owner)s, store from unnest(%(stores)s::text[]) as g (store) on conflict do nothing

-- name: staff
select owner, array_agg(store order by store) from store_staff group by owner order by owner

-- name: erase_attempts
delete from task_attempt where task in (select message from task where person = any(%(people)s))

-- name: erase
delete from task where person = any(%(people)s)

-- name: disclose
select t.message, t.kind, t.person, t.state, t.outcome, t.store, t.sealed, t.created_at, t.ended_at,
    coalesce(jsonb_agg(jsonb_build_object('at', a.at, 'outcome', a.outcome, 'seconds', a.seconds)
        order by a.number) filter (where a.task is not null), '[]') as attempts
from task t left join task_attempt a on a.task = t.message
where t.person = any(%(people)s)
group by t.message order by t.message

-- name: disclose_notes
select a.task, a.number, t.person, a.sealed
from task_attempt a join task t on t.message = a.task
where t.person = any(%(people)s) and a.sealed is not null
