-- One row per line of each completed order. An order that was told twice (by browser and server)
-- counts once: the earliest telling of its order id wins. Amounts are decimals, read from the
-- text of the number, because sums of binary floats would not add up to the penny.
create view if not exists {database}.order_line as
select
    if(person != 0, person, dictGetOrDefault('{database}.session_person', 'person', session, toUInt32(0)))
        as person,
    if(order_id = '', hex(event_id), order_id) as order_id,
    at,
    source,
    currency,
    product.product_id::String as product_id,
    toDecimal64OrNull(product.quantity::String, 3) as quantity,
    toDecimal64OrNull(product.price::String, 4) as price
from (
    select * from {database}.events
    where name = 'Order Completed'
      and (if(order_id = '', hex(event_id), order_id), event_id) in (
        select if(order_id = '', hex(event_id), order_id) as told, argMin(event_id, (at, event_id))
        from {database}.events
        where name = 'Order Completed'
        group by told
      )
)
array join properties.products[] as product;
