-- name: heads
select distinct coalesce(p.merged_into, p.person)
from identifier i join profile p on p.person = i.person
where i.source = %(source)s

-- name: atoms
select person from profile
where person = any(%(heads)s::integer[]) or merged_into = any(%(heads)s::integer[])
order by person

-- name: named_by_others
select distinct coalesce(p.merged_into, p.person)
from profile p
join (
    select person, source from identifier
    union all
    select person, source from claim
) named on named.person = p.person
where (p.person = any(%(heads)s::integer[]) or p.merged_into = any(%(heads)s::integer[]))
    and named.source <> %(source)s

-- name: told_by_others
-- What Kervan itself noted of somebody makes nobody known.
SELECT DISTINCT who FROM events
WHERE who IN {heads:Array(UInt32)} AND source NOT IN ({source:UInt16}, {own:UInt16})

-- name: orders
SELECT uniqExact(order_id) FROM events
WHERE name = 'Order Completed' AND source = {source:UInt16}

-- name: hashes
select hash, kind in (2, 3) from identifier where person = any(%(people)s::integer[])

-- name: forget_purchases
delete from purchase where source = %(source)s

-- name: visits
SELECT session FROM events
WHERE session != 0
    AND session IN (SELECT session FROM events WHERE source = {source:UInt16} AND session != 0)
GROUP BY session HAVING countIf(source != {source:UInt16}) = 0

-- name: forget_visits
delete from session where number = any(%(visits)s::bigint[])

-- name: touch
insert into touched (people) values (%(people)s::integer[])
