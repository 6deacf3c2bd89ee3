-- name: told
-- The products an event tells of. An id may be a number or a text.
arrayFilter(id -> id NOT IN ('', 'null'), if(name = 'Order Completed',
        arrayMap(line -> trim(BOTH '"' FROM JSONExtractRaw(line, 'product_id')),
            JSONExtractArrayRaw(toJSONString(properties), 'products')),
        [trim(BOTH '"' FROM JSONExtractRaw(toJSONString(properties), 'product_id'))]))

-- name: only_theirs
-- Products these people told of and nobody else did.
WITH
    {told} AS told
SELECT arrayJoin(told) AS id
FROM events
WHERE name IN {names:Array(String)}
GROUP BY id
HAVING countIf(who IN {people:Array(UInt32)}) > 0 AND countIf(who NOT IN {people:Array(UInt32)}) = 0

-- name: only_of_source
-- Products a source told of and no other did.
WITH
    {told} AS told
SELECT arrayJoin(told) AS id
FROM events
WHERE name IN {names:Array(String)}
GROUP BY id
HAVING countIf(source = {source:UInt16}) > 0 AND countIf(source != {source:UInt16}) = 0

-- name: count
select count(*) from product where id = any(%(products)s) and trust < %(api)s

-- name: forget_sellers
delete from best_seller where product = any(%(products)s)

-- name: forget_together
delete from bought_together where product = any(%(products)s) or other = any(%(products)s)

-- name: forget
delete from product where id = any(%(products)s) and trust < %(api)s
