-- name: keep
insert into product as p (id, name, price_minor, currency, url, image, category, brand, available,
    trust, changed_at)
select g.*, %(trust)s, %(at)s from rows from (
    unnest(%(id)s::text[]), unnest(%(name)s::text[]), unnest(%(price_minor)s::bigint[]),
    unnest(%(currency)s::text[]), unnest(%(url)s::text[]), unnest(%(image)s::text[]),
    unnest(%(category)s::text[]), unnest(%(brand)s::text[]), unnest(%(available)s::boolean[])
) as g (id, name, price_minor, currency, url, image, category, brand, available)
on conflict (id) do update set name = excluded.name,
    -- an event says what it knows: what it is silent of stays; the API says all
    price_minor = case when %(trust)s = 2 then excluded.price_minor
        else coalesce(excluded.price_minor, p.price_minor) end,
    currency = case when %(trust)s = 2 then excluded.currency
        else coalesce(nullif(excluded.currency, ''), p.currency) end,
    url = case when %(trust)s = 2 then excluded.url
        else coalesce(nullif(excluded.url, ''), p.url) end,
    image = case when %(trust)s = 2 then excluded.image
        else coalesce(nullif(excluded.image, ''), p.image) end,
    category = case when %(trust)s = 2 then excluded.category
        else coalesce(nullif(excluded.category, ''), p.category) end,
    brand = case when %(trust)s = 2 then excluded.brand
        else coalesce(nullif(excluded.brand, ''), p.brand) end,
    available = excluded.available, trust = excluded.trust, changed_at = excluded.changed_at
where p.trust <= excluded.trust and (p.name, p.price_minor, p.currency, p.url, p.image, p.category,
    p.brand, p.available, p.trust) is distinct from (excluded.name, excluded.price_minor,
    excluded.currency, excluded.url, excluded.image, excluded.category, excluded.brand,
    excluded.available, excluded.trust)

-- name: get
select id, name, price_minor, currency, url, image, category, brand, available
from product where id = any(%(ids)s::text[])

-- name: page
select id, name, price_minor, currency, url, image, category, brand, available
from product where id > %(after)s order by id limit %(limit)s
