-- name: only_theirs
-- Products these people told of and nobody else did. An id may be a number or a text.
WITH
    arrayFilter(id -> id NOT IN ('', 'null'), if(name = 'Order Completed',
        arrayMap(line -> trim(BOTH '"' FROM JSONExtractRaw(line, 'product_id')),
            JSONExtractArrayRaw(toJSONString(properties), 'products')),
        [trim(BOTH '"' FROM JSONExtractRaw(toJSONString(properties), 'product_id'))])) AS told
SELECT arrayJoin(told) AS id
FROM events
WHERE name IN {names:Array(String)}
GROUP BY id
HAVING countIf(who IN {people:Array(UInt32)}) > 0 AND countIf(who NOT IN {people:Array(UInt32)}) = 0

-- name: forget
delete from product where id = any(%(products)s) and trust < %(api)s
