-- name: hold
-- A limit per person holds only while one transaction at a time counts what people have.
with limited as (
    select id from coupon_pool
    where key = any(%(keys)s) and most_per_person is not null
    order by id for no key update
)
select key, brand, valid_from, valid_until from coupon_pool
where key = any(%(keys)s) and (select count(*) from limited) >= 0

-- name: reserve
with wanted as (
    select g.message, g.person, p.id as pool, p.most_per_person as most
    from rows from (unnest(%(messages)s::uuid[]), unnest(%(people)s::integer[]),
        unnest(%(pools)s::text[]), unnest(%(may)s::boolean[])) as g (message, person, key, may)
    join coupon_pool p on p.key = g.key
    where g.may
        and not exists (select from coupon c where c.message = g.message and c.pool = p.id)
), placed as (
    select *, row_number() over (partition by pool, person order by message) as turn from wanted
), allowed as (
    select message, person, pool, row_number() over (partition by pool order by message) as place
    from placed
    where most is null or turn + (
        select count(*) from coupon c where c.person = placed.person and c.pool = placed.pool
    ) <= most
), taken as (
    select f.id, f.pool, row_number() over (partition by f.pool order by f.id) as place
    from (select pool, count(*) as wanted from allowed group by pool) n
    cross join lateral (
        select c.id, c.pool from coupon c where c.pool = n.pool and c.state = 0
        order by c.id limit n.wanted for update skip locked
    ) f
)
update coupon c set state = 1, message = a.message, person = a.person, reserved_at = %(at)s
from taken t join allowed a on a.pool = t.pool and a.place = t.place
where c.id = t.id

-- name: reserved
select c.message, p.key, c.code, p.kind, p.percent, p.amount_minor, p.currency, p.words,
    to_char(p.valid_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
from rows from (unnest(%(messages)s::uuid[]), unnest(%(pools)s::text[])) as g (message, key)
join coupon_pool p on p.key = g.key
join coupon c on c.message = g.message and c.pool = p.id

-- name: of_messages
select c.message, p.key, c.code, p.kind, p.percent, p.amount_minor, p.currency, p.words,
    to_char(p.valid_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
from coupon c join coupon_pool p on p.id = c.pool
where c.message = any(%(messages)s::uuid[])

-- name: full
select g.person, g.key
from rows from (unnest(%(people)s::integer[]), unnest(%(pools)s::text[])) as g (person, key)
join coupon_pool p on p.key = g.key
where (select count(*) from coupon c where c.person = g.person and c.pool = p.id)
    >= p.most_per_person

-- name: samples
select key, kind, percent, amount_minor, currency, words,
    to_char(valid_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
from coupon_pool where key = any(%(keys)s)

-- name: confirm
update coupon set state = 2, given_at = %(at)s
where message = any(%(messages)s::uuid[]) and state = 1

-- name: give
update coupon c set state = 2, given_at = %(at)s, run = g.run
from rows from (unnest(%(messages)s::uuid[]), unnest(%(runs)s::bigint[])) as g (message, run)
where c.message = g.message and c.state = 1

-- name: of_runs
select distinct on (c.run, p.key) c.run, p.key, c.code, p.kind, p.percent, p.amount_minor,
    p.currency, p.words, to_char(p.valid_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
from coupon c join coupon_pool p on p.id = c.pool
where c.run = any(%(runs)s::bigint[])
    and (p.valid_until > %(at)s::timestamptz) is not false
order by c.run, p.key, c.given_at desc, c.id desc

-- name: give_back
update coupon
set state = 0, message = null, person = null, reserved_at = null, given_at = null
where message = any(%(messages)s::uuid[]) and state in (1, 2)

-- name: give_back_others
-- Of pools that these messages do not ask any more.
update coupon c
set state = 0, message = null, person = null, reserved_at = null, given_at = null
from coupon_pool p
where p.id = c.pool and c.message = any(%(messages)s::uuid[]) and c.state = 1 and not exists (
    select from rows from (unnest(%(asking)s::uuid[]), unnest(%(pools)s::text[]))
        as g (message, key) where g.message = c.message and g.key = p.key)

-- name: give_back_codes
update coupon c
set state = 0, message = null, person = null, reserved_at = null, given_at = null
from rows from (unnest(%(messages)s::uuid[]), unnest(%(codes)s::text[])) as g (message, code)
where c.message = g.message and c.code = g.code and c.state in (1, 2)
