-- name: find
select c.code, p.key, c.state, c.person, c.redeemed_at, c.order_id, p.kind, p.percent,
    p.amount_minor, p.currency, p.words, p.valid_from, p.valid_until
from coupon c join coupon_pool p on p.id = c.pool
where upper(c.code) = upper(%(code)s)

-- name: hold
select c.code, p.key, c.state, c.person, c.redeemed_at, c.order_id, p.kind, p.percent,
    p.amount_minor, p.currency, p.words, p.valid_from, p.valid_until
from coupon c join coupon_pool p on p.id = c.pool
where upper(c.code) = upper(%(code)s)
for update of c

-- name: redeem
update coupon set state = 3, redeemed_at = %(at)s, order_id = %(order)s,
    given_at = coalesce(given_at, %(at)s)
where upper(code) = upper(%(code)s)
