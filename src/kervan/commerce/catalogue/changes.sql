-- name: waiting
select id, product, change, before_minor, price_minor, currency, at
from product_change order by id limit %(limit)s

-- name: done
delete from product_change where id <= %(last)s
