-- name: forget_numbers
-- The key is a plain hash of the order's number, which anybody could guess: a random one instead.
update purchase set order_id = '', hash = gen_random_uuid()
where person = any(%(people)s) and order_id <> ''

-- name: forget_coupons
-- A code that was given stays given: whoever holds it may redeem it, and nobody else is to get it.
update coupon set person = null, message = null, run = null, order_id = '',
    state = case state when 1 then 2 else state end
where person = any(%(people)s)

-- name: coupons
select p.key, c.code, c.given_at, c.redeemed_at, c.order_id
from coupon c join coupon_pool p on p.id = c.pool
where c.person = any(%(people)s) order by c.reserved_at, c.id

-- name: disclose
select order_id, placed_at, total_minor, refunded_minor, currency from purchase
where person = any(%(people)s) order by placed_at, order_id
