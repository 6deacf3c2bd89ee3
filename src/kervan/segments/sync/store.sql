-- name: get
select s.segment, d.key, s.id, s.url, s.secret, s.is_private, s.state, s.sequence, s.is_pending,
    s.attempts, s.problem, s.failing_since, s.next_at, s.told_at, d.sort, d.state = 'active',
    d.sort = 'list' or exists (select from segment_live l where l.segment = s.segment)
from segment_sync s join segment d on d.number = s.segment
where d.key = %(key)s

-- name: every
select s.segment, d.key, s.id, s.url, s.secret, s.is_private, s.state, s.sequence, s.is_pending,
    s.attempts, s.problem, s.failing_since, s.next_at, s.told_at, d.sort, d.state = 'active',
    d.sort = 'list' or exists (select from segment_live l where l.segment = s.segment)
from segment_sync s join segment d on d.number = s.segment
order by d.key

-- name: due
-- Those of segments that are asked, and whose members are all known.
select s.segment, d.key, s.id, s.url, s.secret, s.is_private, s.state, s.sequence, s.is_pending,
    s.attempts, s.problem, s.failing_since, s.next_at, s.told_at, d.sort, true, true
from segment_sync s join segment d on d.number = s.segment
where s.state = 'active' and s.next_at <= %(at)s and d.state = 'active'
    and (d.sort = 'list' or exists (select from segment_live l where l.segment = s.segment))
order by s.next_at, s.segment

-- name: put
insert into segment_sync
    (segment, id, url, secret, is_private, state, next_at, created_at, created_by)
values (%(segment)s, %(id)s, %(url)s, %(secret)s, %(is_private)s, 'active', %(at)s, %(at)s, %(by)s)

-- name: resume
update segment_sync set state = 'active', is_private = %(is_private)s, secret = %(secret)s,
    attempts = 0, problem = '', failing_since = null, next_at = %(at)s
where segment = %(segment)s

-- name: pause
update segment_sync set state = 'stopped', problem = '', failing_since = null
where segment = %(segment)s and state = 'active'

-- name: again
-- What stopped begins to count its failures anew; what only fails goes on counting.
update segment_sync s set state = 'active', next_at = %(at)s,
    attempts = case s.state when 'stopped' then 0 else s.attempts end,
    failing_since = case s.state when 'stopped' then null else s.failing_since end
from segment d where d.number = s.segment and d.key = %(key)s

-- name: remove
delete from segment_sync where segment = %(segment)s

-- name: count
select count(*) from segment_sync_member
where segment = %(segment)s and pending is distinct from 'added'

-- name: mark
-- Differs when the members do: a look through one table, where finding who differs compares two.
select count(*), bit_xor(hashint8extended(m.person, 0))
from membership m
where octet_length(m.inside) > %(segment)s / 8 and get_bit(m.inside, %(segment)s) = 1

-- name: entered
-- Who is a member and not known as one: of a tree by what is kept live, of a list as given.
with inside (person) as (
    select m.person from membership m
    where octet_length(m.inside) > %(segment)s / 8 and get_bit(m.inside, %(segment)s) = 1
    union all
    select unnest(%(listed)s::integer[])
)
select inside.person from inside
where not exists (
    select from segment_sync_member k
    where k.segment = %(segment)s and k.person = inside.person
)
order by inside.person
limit %(limit)s

-- name: left_it
with inside (person) as (
    select m.person from membership m
    where octet_length(m.inside) > %(segment)s / 8 and get_bit(m.inside, %(segment)s) = 1
    union all
    select unnest(%(listed)s::integer[])
)
select k.person from segment_sync_member k
where k.segment = %(segment)s
    and not exists (select from inside where inside.person = k.person)
order by k.person
limit %(limit)s

-- name: lock
select is_pending from segment_sync where segment = %(segment)s and id = %(id)s and state = 'active'
for update

-- name: add
insert into segment_sync_member (segment, person, id, pending)
select %(segment)s, p.person, p.id, 'added' from profile p
where p.person = any(%(people)s::integer[]) and p.merged_into is null
on conflict (segment, person) do nothing

-- name: take_off
update segment_sync_member set pending = 'removed'
where segment = %(segment)s and person = any(%(people)s::integer[]) and pending is null

-- name: made
update segment_sync set sequence = sequence + 1, is_pending = true where segment = %(segment)s
returning sequence

-- name: pending
-- Whom the batch under way names. Who came onto it and is nobody's profile any more is not said.
select k.pending, k.person, k.id
from segment_sync s join segment_sync_member k on k.segment = s.segment and k.pending is not null
where s.segment = %(segment)s and s.id = %(id)s
    and (k.pending = 'removed' or exists (select from profile p where p.person = k.person))
order by k.pending, k.person

-- name: customers
-- The customer ids of profiles, of several the one that was claimed last at the end.
select coalesce(p.merged_into, p.person), p.key, i.sealed
from profile p join identifier i on i.person = p.person and i.kind = %(kind)s
where p.person = any(%(people)s::integer[]) or p.merged_into = any(%(people)s::integer[])
order by i.claimed_at, i.hash

-- name: acknowledged
update segment_sync set is_pending = false, attempts = 0, problem = '', failing_since = null,
    next_at = %(at)s, told_at = %(at)s
where segment = %(segment)s and id = %(id)s and sequence = %(sequence)s and is_pending
returning segment

-- name: knows
update segment_sync_member set pending = null where segment = %(segment)s and pending = 'added'

-- name: knows_no_more
delete from segment_sync_member where segment = %(segment)s and pending = 'removed'

-- name: failed
update segment_sync set attempts = attempts + 1, problem = %(problem)s,
    failing_since = coalesce(failing_since, %(at)s), next_at = %(next_at)s, state = %(state)s
where segment = %(segment)s and id = %(id)s and sequence = %(sequence)s and is_pending
    and state = 'active'
