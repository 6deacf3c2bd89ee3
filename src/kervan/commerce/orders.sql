-- name: complete
-- A refund may have come first; then the order's own facts are filled in.
insert into purchase (hash, order_id, person, placed_at, total_minor, currency, source)
select distinct on (n.hash) n.*
from unnest(%(hashes)s::uuid[], %(orders)s::text[], %(people)s::integer[],
    %(at)s::timestamptz[], %(totals)s::bigint[], %(currencies)s::text[], %(sources)s::integer[])
    as n (hash, order_id, person, placed_at, total_minor, currency, source)
order by n.hash, n.placed_at
on conflict (hash) do update set
    person = case when purchase.person = 0 then excluded.person else purchase.person end,
    placed_at = case when purchase.total_minor = 0 then excluded.placed_at
        else purchase.placed_at end,
    total_minor = case when purchase.total_minor = 0 then excluded.total_minor
        else purchase.total_minor end
where purchase.person = 0 or purchase.total_minor = 0

-- name: refund
with refunds as (
    select n.hash, min(n.order_id) as order_id, max(n.person) as person, min(n.at) as at,
        sum(n.total)::bigint as total, min(n.currency) as currency, min(n.source) as source
    from unnest(%(hashes)s::uuid[], %(orders)s::text[], %(people)s::integer[],
        %(at)s::timestamptz[], %(totals)s::bigint[], %(currencies)s::text[],
        %(sources)s::integer[]) as n (hash, order_id, person, at, total, currency, source)
    group by n.hash
)
insert into purchase
    (hash, order_id, person, placed_at, total_minor, currency, refunded_minor, source)
select hash, order_id, person, at, 0, currency, total, source from refunds
on conflict (hash) do update set refunded_minor = purchase.refunded_minor + excluded.refunded_minor
