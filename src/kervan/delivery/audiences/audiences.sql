-- name: put
insert into audience (key, name, account, target, segment, brand, transfer, state, next_at,
    created_at, created_by)
values (%(key)s, %(name)s, %(account)s, %(target)s, %(segment)s, %(brand)s, %(transfer)s, 'active',
    %(at)s, %(at)s, %(by)s)
on conflict (key) do update set name = excluded.name, segment = excluded.segment,
    transfer = excluded.transfer,
    state = case when audience.state = 'stopped' then 'stopped' else 'active' end, problem = '', failing_since = null,
    attempts = 0, next_at = excluded.next_at

-- name: one
select a.number, a.key, a.name, a.account, a.target, a.segment, d.key, a.brand, a.transfer,
    a.state, a.problem, a.failing_since, a.attempts, a.next_at, a.sequence, a.refused, a.told_at,
    a.checked_person, a.checked_at, d.sort,
    a.state <> 'stopped' and d.state = 'active' and (d.sort = 'list'
        or exists (select from segment_live l where l.segment = d.number))
from audience a join segment d on d.number = a.segment
where a.key = %(key)s

-- name: every
select a.number, a.key, a.name, a.account, a.target, a.segment, d.key, a.brand, a.transfer,
    a.state, a.problem, a.failing_since, a.attempts, a.next_at, a.sequence, a.refused, a.told_at,
    a.checked_person, a.checked_at, d.sort,
    a.state <> 'stopped' and d.state = 'active' and (d.sort = 'list'
        or exists (select from segment_live l where l.segment = d.number))
from audience a join segment d on d.number = a.segment
order by a.key

-- name: taken
select key from audience where account = %(account)s and target = %(target)s and key <> %(key)s

-- name: end
update audience set state = 'ending', next_at = %(at)s, attempts = 0 where key = %(key)s

-- name: stop
update audience set state = 'stopped' where key = %(key)s and state = 'active'

-- name: resume
-- What it waited for on its own account is over: it is looked at at once.
update audience set state = 'active', next_at = %(at)s, attempts = 0
where key = %(key)s and state = 'stopped'

-- name: gone
delete from audience a where a.number = %(audience)s and a.state = 'ending'
    and not exists (select from audience_member m where m.audience = a.number)

-- name: counts
-- How many it holds, how many are on their way onto it, and off it.
select count(*) filter (where m.batch is null or b.side = 'remove'),
    count(*) filter (where b.side = 'add'), count(*) filter (where b.side = 'remove' or m.leaving)
from audience_member m
left join audience_batch b on b.audience = m.audience and b.sequence = m.batch
where m.audience = %(audience)s

-- name: entered
-- Who is in the segment, agreed with an address she still has, and is not on the audience.
with inside (person) as (
    select m.person from membership m
    where octet_length(m.inside) > %(segment)s / 8 and get_bit(m.inside, %(segment)s) = 1
    union all
    select unnest(%(listed)s::integer[])
)
select inside.person
from inside join profile p on p.person = inside.person and p.merged_into is null
where inside.person > %(after)s
    and exists (
        select from identifier i join profile o on o.person = i.person
        where coalesce(o.merged_into, o.person) = p.person and i.kind = 2
            and ads_allowed(i.hash, %(brand)s, %(at)s)
    )
    and not exists (select from audience_member k
        where k.audience = %(audience)s and k.person = inside.person)
    and not exists (select from audience_refused r
        where r.audience = %(audience)s and r.person = inside.person and r.at > %(at)s - interval '7 days')
order by inside.person
limit %(limit)s

-- name: left_it
-- Whom it holds and who left the segment, took back what she agreed to, or is no profile any more.
with inside (person) as (
    select m.person from membership m
    where octet_length(m.inside) > %(segment)s / 8 and get_bit(m.inside, %(segment)s) = 1
    union all
    select unnest(%(listed)s::integer[])
)
select k.person from audience_member k
where k.audience = %(audience)s and k.batch is null and not k.leaving and (
    (%(asked)s and not exists (select from inside where inside.person = k.person))
    or not ads_allowed(k.contact, %(brand)s, %(at)s)
    or not exists (
        select from identifier i join profile o on o.person = i.person
        join profile h on h.person = coalesce(o.merged_into, o.person)
        where i.kind = 2 and i.hash = k.contact and h.person = k.person)
)
limit %(limit)s

-- name: allowed
-- Those of these people, each with the address she would be matched by, who agreed to it.
select n.person from unnest(%(people)s::integer[], %(contacts)s::uuid[]) as n (person, contact)
where ads_allowed(n.contact, %(brand)s, %(at)s)

-- name: leave_all
update audience_member set leaving = true
where audience = %(audience)s and batch is null and not leaving

-- name: leave
update audience_member set leaving = true
where audience = %(audience)s and person = any(%(people)s::integer[]) and batch is null

-- name: leaving
select person from audience_member
where audience = %(audience)s and leaving and batch is null limit %(limit)s

-- name: number_batch
update audience set sequence = sequence + 1 where number = %(audience)s returning sequence

-- name: make_batch
insert into audience_batch (audience, sequence, side, state, at, next_at)
values (%(audience)s, %(sequence)s, %(side)s, 'made', %(at)s, %(at)s)

-- name: put_on
insert into audience_member (audience, person, contact, print, sealed, batch)
select %(audience)s, g.person, g.contact, g.print, g.sealed, %(sequence)s
from unnest(%(people)s::integer[], %(contacts)s::uuid[], %(prints)s::uuid[], %(sealed)s::bytea[])
    as g (person, contact, print, sealed)
on conflict do nothing

-- name: take_off
update audience_member set batch = %(sequence)s
where audience = %(audience)s and person = any(%(people)s::integer[]) and batch is null

-- name: batches
select sequence, side, state, reference, at from audience_batch
where audience = %(audience)s and next_at <= %(at)s
order by state = 'pending', side = 'add', sequence
limit 20

-- name: unsaid
-- What is made and not yet taken in by the platform: a removal, anything; and how many there are.
select coalesce(bool_or(side = 'remove' and state <> 'pending'), false),
    coalesce(bool_or(state <> 'pending'), false), count(*)
from audience_batch where audience = %(audience)s

-- name: on_batch
select m.person, m.contact, m.sealed, m.own, p.key
from audience_member m left join profile p on p.person = m.person
where m.audience = %(audience)s and m.batch = %(sequence)s
order by m.person

-- name: never_said
-- Of whom a platform was never told there is nothing to take back.
with gone as (
    delete from audience_member
    where audience = %(audience)s and batch = %(sequence)s and person = any(%(people)s::integer[])
    returning person
)
delete from audience_goodbye g using gone, audience a
where a.number = %(audience)s and g.audience = a.key and g.person = gone.person
    and g.told_at is null and g.given_up_at is null

-- name: may_be_said
-- They may have been put on; the batch goes on without them, and they are taken off.
update audience_member set batch = null, leaving = true
where audience = %(audience)s and batch = %(sequence)s and person = any(%(people)s::integer[])

-- name: batch_state
update audience_batch set state = %(state)s, reference = %(reference)s, next_at = %(next_at)s
where audience = %(audience)s and sequence = %(sequence)s

-- name: batch_again
update audience_batch
set state = 'tried', reference = '', at = %(at)s, next_at = %(at)s
where audience = %(audience)s and sequence = %(sequence)s

-- name: refuse
insert into audience_refused (audience, person, print, at)
select audience, person, print, %(at)s from audience_member
where audience = %(audience)s and batch = %(sequence)s and person = any(%(people)s::integer[])
on conflict (audience, person) do update set print = excluded.print, at = excluded.at

-- name: refused_off
delete from audience_member
where audience = %(audience)s and batch = %(sequence)s and person = any(%(people)s::integer[])

-- name: held
update audience_member set batch = null where audience = %(audience)s and batch = %(sequence)s

-- name: off
delete from audience_member where audience = %(audience)s and batch = %(sequence)s
returning person

-- name: said_goodbye
update audience_goodbye set told_at = %(at)s
where audience = %(key)s and person = any(%(people)s::integer[]) and told_at is null

-- name: end_batch
delete from audience_batch where audience = %(audience)s and sequence = %(sequence)s

-- name: went_well
update audience set problem = %(problem)s, failing_since = null, attempts = 0, told_at = %(at)s,
    refused = refused + %(refused)s
where number = %(audience)s

-- name: went_wrong
update audience set problem = %(problem)s, failing_since = coalesce(failing_since, %(at)s),
    attempts = attempts + 1, next_at = %(next_at)s
where number = %(audience)s

-- name: to_check
select person, print from audience_member
where audience = %(audience)s and person > %(after)s and batch is null and not leaving
order by person limit %(limit)s

-- name: checked
update audience set checked_person = %(person)s, checked_at = coalesce(%(began)s, checked_at)
where number = %(audience)s

-- name: forget_refused
delete from audience_refused where at < %(before)s

-- name: members_of
-- Where these people are, or may be.
select m.audience, a.key, m.person, m.sealed, m.own, p.key
from audience_member m join audience a on a.number = m.audience
left join profile p on p.person = m.person
where m.person = any(%(people)s::integer[])

-- name: leave_everywhere
update audience_member set leaving = true where person = any(%(people)s::integer[])

-- name: wake
update audience set next_at = %(at)s where problem = '' and number in (
    select audience from audience_member where person = any(%(people)s::integer[]))

-- name: own_key
update audience_member m set sealed = g.sealed, own = g.own, leaving = true
from unnest(%(audiences)s::integer[], %(people)s::integer[], %(sealed)s::bytea[], %(own)s::bytea[])
    as g (audience, person, sealed, own)
where m.audience = g.audience and m.person = g.person

-- name: goodbye
insert into audience_goodbye (audience, person, asked_at, until)
select distinct a.key, m.person, %(at)s::timestamptz, %(until)s::timestamptz
from audience_member m join audience a on a.number = m.audience
where m.person = any(%(people)s::integer[])
on conflict do nothing

-- name: give_up
with late as (
    update audience_goodbye set given_up_at = %(at)s
    where told_at is null and given_up_at is null and until < %(at)s
    returning audience, person
)
delete from audience_member m using late l, audience a
where a.key = l.audience and m.audience = a.number and m.person = l.person

-- name: goodbyes
select count(*) filter (where told_at is not null),
    count(*) filter (where told_at is null and given_up_at is null),
    max(until) filter (where told_at is null and given_up_at is null),
    count(*) filter (where given_up_at is not null)
from audience_goodbye where person = any(%(people)s::integer[])

-- name: forget_people
with refused as (
    delete from audience_refused where person = any(%(people)s::integer[])
)
delete from conversion where person = any(%(people)s::integer[])

-- name: disclose
select m.person, a.key as audience, a.account, m.leaving
from audience_member m join audience a on a.number = m.audience
where m.person = any(%(people)s::integer[]) order by a.key

-- name: say_again
update audience_member set batch = %(sequence)s
where audience = %(audience)s and person in (
    select person from audience_member
    where audience = %(audience)s and batch is null and not leaving
    order by person limit %(limit)s)

-- name: look_again
update audience set next_at = %(at)s, problem = '', failing_since = null, attempts = 0
where number = %(audience)s

-- name: whose
select d.key, a.key, a.name
from audience a join segment d on d.number = a.segment
order by a.key
