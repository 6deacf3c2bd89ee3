-- name: add
insert into coupon (pool, code) select %(pool)s, code from unnest(%(codes)s::text[]) as g (code)
on conflict do nothing

-- name: of_others
select upper(code) from coupon where upper(code) = any(%(codes)s::text[]) and pool <> %(pool)s
