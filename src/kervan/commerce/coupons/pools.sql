-- name: save
insert into coupon_pool as p (key, name, kind, percent, amount_minor, currency, words, brand,
    most_per_person, valid_from, valid_until, changed_at)
values (%(key)s, %(name)s, %(kind)s, %(percent)s, %(amount_minor)s, %(currency)s, %(words)s,
    %(brand)s, %(most_per_person)s, %(valid_from)s, %(valid_until)s, %(at)s)
on conflict (key) do update set name = excluded.name, kind = excluded.kind,
    percent = excluded.percent, amount_minor = excluded.amount_minor,
    currency = excluded.currency, words = excluded.words, brand = excluded.brand,
    most_per_person = excluded.most_per_person, valid_from = excluded.valid_from,
    valid_until = excluded.valid_until, changed_at = excluded.changed_at
where (p.name, p.kind, p.percent, p.amount_minor, p.currency, p.words, p.brand, p.most_per_person,
    p.valid_from, p.valid_until) is distinct from (excluded.name, excluded.kind, excluded.percent,
    excluded.amount_minor, excluded.currency, excluded.words, excluded.brand,
    excluded.most_per_person, excluded.valid_from, excluded.valid_until)

-- name: pools
select p.id, p.key, p.name, p.kind, p.percent, p.amount_minor, p.currency, p.words, p.brand,
    p.most_per_person, p.valid_from, p.valid_until,
    count(c.id) filter (where c.state = 0), count(c.id) filter (where c.state = 1),
    count(c.id) filter (where c.state = 2), count(c.id) filter (where c.state = 3)
from coupon_pool p left join coupon c on c.pool = p.id
where %(keys)s::text[] is null or p.key = any(%(keys)s)
group by p.id order by p.key

-- name: stock
select p.key, p.kind, p.brand, p.valid_until,
    exists (select from coupon c where c.pool = p.id and c.state = 0)
from coupon_pool p
