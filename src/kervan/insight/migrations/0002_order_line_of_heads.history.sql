-- As before, of the person whose profile the order belongs to today.
create or replace view {database}.order_line as
select
    who as person,
    if(order_id = '', hex(event_id), order_id) as order_id,
    at,
    source,
    currency,
    product.product_id::String as product_id,
    toDecimal64OrNull(product.quantity::String, 3) as quantity,
    toDecimal64OrNull(product.price::String, 4) as price
from (
    select who, order_id, event_id, at, source, currency, properties from {database}.events
    where name = 'Order Completed'
      and (if(order_id = '', hex(event_id), order_id), event_id) in (
        select if(order_id = '', hex(event_id), order_id) as told, argMin(event_id, (at, event_id))
        from {database}.events
        where name = 'Order Completed'
        group by told
      )
)
array join properties.products[] as product;
