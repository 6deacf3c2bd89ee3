-- name: looked
-- Who looked at which of these products, and when last: the anonymous visits of hers too.
SELECT who AS person,
    toUInt32(indexOf({products:Array(String)}, coalesce(
        properties.product_id.:String, toString(properties.product_id.:Int64), '')) - 1) AS product,
    toInt64(max(toUnixTimestamp64Milli(at))) AS last
FROM events
WHERE name IN ('Product Viewed', 'Product Clicked', 'Product Added') AND who != 0
    AND at >= fromUnixTimestamp64Milli({since:Int64})
    AND at <= fromUnixTimestamp64Milli({until:Int64})
    AND coalesce(properties.product_id.:String, toString(properties.product_id.:Int64), '')
        IN {products:Array(String)}
GROUP BY person, product ORDER BY person, product
