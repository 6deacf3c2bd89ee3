-- name: forget_numbers
-- The key is a plain hash of the order's number, which anybody could guess: a random one instead.
update purchase set order_id = '', hash = gen_random_uuid()
where person = any(%(people)s) and order_id <> ''

-- name: disclose
select order_id, placed_at, total_minor, refunded_minor, currency from purchase
where person = any(%(people)s) order by placed_at, order_id
