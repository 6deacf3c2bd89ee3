-- name: sold
-- A line's product may be a number or a text; its quantity may be missing or a text.
SELECT product, sum(pieces) AS sold FROM (
    SELECT arrayJoin(JSONExtractArrayRaw(toJSONString(properties), 'products')) AS line,
        trim(BOTH '"' FROM JSONExtractRaw(line, 'product_id')) AS product,
        greatest(1, toUInt32OrZero(trim(BOTH '"' FROM JSONExtractRaw(line, 'quantity')))) AS pieces
    FROM events
    WHERE name = 'Order Completed' AND at >= toDateTime({since:String}, 'UTC')
) WHERE product NOT IN ('', 'null')
GROUP BY product ORDER BY sold DESC, product LIMIT {most:UInt32}

-- name: together
SELECT one, other, count() AS orders FROM (
    SELECT arrayDistinct(arrayFilter(id -> id NOT IN ('', 'null'), arrayMap(
        line -> trim(BOTH '"' FROM JSONExtractRaw(line, 'product_id')),
        JSONExtractArrayRaw(toJSONString(properties), 'products')))) AS ids
    FROM events
    WHERE name = 'Order Completed' AND at >= toDateTime({since:String}, 'UTC')
        AND length(ids) BETWEEN 2 AND {lines:UInt32}
) ARRAY JOIN ids AS one
ARRAY JOIN arrayFilter(id -> id != one, ids) AS other
GROUP BY one, other HAVING orders >= {least:UInt32}
ORDER BY one, orders DESC, other LIMIT {most:UInt32} BY one

-- name: forget_sellers
delete from best_seller

-- name: keep_sellers
insert into best_seller (category, place, product)
select * from rows from (unnest(%(categories)s::text[]), unnest(%(places)s::integer[]),
    unnest(%(products)s::text[])) as g (category, place, product)

-- name: forget_together
delete from bought_together

-- name: keep_together
insert into bought_together (product, place, other, orders)
select product, row_number() over (partition by product order by orders desc, other), other, orders
from rows from (unnest(%(products)s::text[]), unnest(%(others)s::text[]),
    unnest(%(orders)s::bigint[])) as g (product, other, orders)
