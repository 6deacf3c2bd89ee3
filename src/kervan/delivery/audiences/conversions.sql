-- name: put
insert into conversion_feed (key, account, target, brand, transfer, since, next_at, created_at,
    created_by)
values (%(key)s, %(account)s, %(target)s, %(brand)s, %(transfer)s, %(at)s, %(at)s, %(at)s, %(by)s)
on conflict (key) do update set transfer = excluded.transfer, problem = '', failing_since = null,
    attempts = 0, next_at = excluded.next_at

-- name: every
select number, key, account, target, brand, transfer, since, problem, failing_since, attempts,
    next_at, reference, told_at,
    (select count(*) from conversion c where c.feed = number and c.state = 1),
    (select count(*) from conversion c where c.feed = number and c.state > 1)
from conversion_feed order by key

-- name: remove
delete from conversion_feed where key = %(key)s returning number

-- name: open_orders
select c.purchase, c.at, b.order_id, b.placed_at, b.total_minor, b.currency,
    coalesce(p.merged_into, p.person)
from conversion c join purchase b on b.hash = c.purchase join profile p on p.person = b.person
where c.feed = %(feed)s and c.state = 0
order by b.placed_at, c.purchase

-- name: take
-- Orders whose buyer agreed with an address she still has, the oldest first.
insert into conversion (feed, purchase, person, state, at)
select %(feed)s, b.hash, b.person, 0, %(at)s
from purchase b join profile p on p.person = b.person
where b.placed_at > %(since)s and b.placed_at <= %(at)s and b.total_minor > 0 and b.order_id <> ''
    and not exists (select from conversion c where c.feed = %(feed)s and c.purchase = b.hash)
    and exists (
        select from identifier i join profile o on o.person = i.person
        where coalesce(o.merged_into, o.person) = coalesce(p.merged_into, p.person)
            and i.kind = 2 and ads_allowed(i.hash, %(brand)s, %(at)s)
    )
order by b.placed_at limit %(limit)s
on conflict do nothing

-- name: set_state
update conversion set state = %(state)s
where feed = %(feed)s and state = 0 and purchase = any(%(purchases)s::uuid[])

-- name: all_told
update conversion set state = 1 where feed = %(feed)s and state = 0

-- name: went_well
update conversion_feed set problem = '', failing_since = null, attempts = 0, told_at = %(at)s,
    reference = %(reference)s, next_at = %(next_at)s
where number = %(feed)s

-- name: went_wrong
update conversion_feed set problem = %(problem)s, failing_since = coalesce(failing_since, %(at)s),
    attempts = attempts + 1, next_at = %(next_at)s, reference = %(reference)s
where number = %(feed)s
