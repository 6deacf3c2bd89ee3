-- name: atoms
select p.person, coalesce(p.merged_into, p.person) from profile p
where p.person = any(%(heads)s::integer[]) or p.merged_into = any(%(heads)s::integer[])

-- name: doings
-- A product's id may be a number or a text; an order has many.
SELECT person, toUnixTimestamp64Milli(at), name,
    arrayFilter(id -> id NOT IN ('', 'null'), if(name = 'Order Completed',
        arrayMap(line -> trim(BOTH '"' FROM JSONExtractRaw(line, 'product_id')),
            JSONExtractArrayRaw(properties, 'products')),
        [trim(BOTH '"' FROM JSONExtractRaw(properties, 'product_id'))])),
    greatest(1, toUInt32OrZero(trim(BOTH '"' FROM JSONExtractRaw(properties, 'quantity'))))
FROM events_by_person
WHERE person IN {atoms:Array(UInt32)} AND name IN {names:Array(String)}
    AND at >= toDateTime({since:String}, 'UTC')
ORDER BY at DESC LIMIT {most:UInt32} BY person

-- name: sellers
select category, product from best_seller where category = any(%(categories)s::text[])
order by category, place

-- name: together
select product, other, orders from bought_together where product = any(%(ids)s::text[])
order by product, place
