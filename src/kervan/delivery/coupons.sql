-- name: states
select distinct m.id, m.state from message m join coupon c on c.message = m.id
where m.id = any(%(messages)s::uuid[]) and c.state in (1, 2)

-- name: ended
-- 0 is queued; a message whose row is gone will never be sent.
select c.message, coalesce(m.state, 7)
from coupon c left join message m on m.id = c.message
where c.state = 1 and (m.id is null or m.state <> 0)
order by c.id limit %(limit)s
for update of c skip locked

-- name: given
select c.message, p.key, case c.state when 1 then 'reserved' when 2 then 'given' else 'redeemed' end
from coupon c join coupon_pool p on p.id = c.pool
where c.message = any(%(messages)s::uuid[]) order by p.key

-- name: refusals
select message, pool, reason from coupon_refusal
where message = any(%(messages)s::uuid[]) order by pool

-- name: journalled
-- What was handed over once may say its code somewhere.
select distinct message from hand_over where message = any(%(messages)s::uuid[])

-- name: tried_last
select o.message from message_open o
join rows from (unnest(%(messages)s::uuid[]), unnest(%(attempts)s::integer[]))
    as g (message, attempt) on o.message = g.message and o.attempt = g.attempt
union all
select m.id from message m
join rows from (unnest(%(messages)s::uuid[]), unnest(%(attempts)s::integer[]))
    as g (message, attempt) on m.id = g.message and m.attempts = g.attempt
where m.state <> 0
