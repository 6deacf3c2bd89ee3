-- The usual cleaning, everywhere below: customer known, quantity > 0, price > 0; refunds and
-- cancellations are other events and never get here. `as_of` is the day recency counts back from.

-- name: totals
-- Lines, customers, orders, exact revenue, and how many customers came back.
with
    line as (
        select person, order_id, quantity * price as worth
        from order_line
        where source = {source:UInt16} and person != 0 and quantity > 0 and price > 0
    ),
    customer as (select person, uniqExact(order_id) as orders from line group by person)
select
    (select count() from line) as lines,
    (select count() from customer) as customers,
    (select sum(orders) from customer) as orders,
    (select toString(sum(toDecimal128(worth, 4))) from line) as revenue,
    (select countIf(orders = 1) from customer) as once,
    (select countIf(orders > 1) from customer) as repeated

-- name: edges
-- Quintile edges of recency (whole days) and frequency (distinct orders): the value at or below
-- the quantile, so that equal customers always fall into the same fifth.
with customer as (
    select
        person,
        dateDiff('day', max(toDate(at, {zone:String})), {as_of:Date}) as recency_days,
        uniqExact(order_id) as orders
    from order_line
    where source = {source:UInt16} and person != 0 and quantity > 0 and price > 0
    group by person
)
select
    quantilesExactLow(0.2, 0.4, 0.6, 0.8)(recency_days) as recency_days,
    quantilesExactLow(0.2, 0.4, 0.6, 0.8)(orders) as frequency
from customer

-- name: cohort
-- Customers of the first month with at least one order in each month since. `shift_days` takes
-- back a shift of the whole history, so that months are those of the original calendar.
with
    bought as (
        select person, toStartOfMonth(toDate(at, {zone:String}) - {shift_days:Int32}) as month
        from order_line
        where source = {source:UInt16} and person != 0 and quantity > 0 and price > 0
        group by person, month
    ),
    born as (select person, min(month) as cohort from bought group by person)
select dateDiff('month', born.cohort, bought.month) as months, count() as customers
from bought
join born on born.person = bought.person
where born.cohort = (select min(cohort) from born)
group by months
order by months

-- name: span
-- First and last local day of one source's orders, and how many events it has in all.
select
    minIf(toDate(at, {zone:String}), name = 'Order Completed') as first_day,
    maxIf(toDate(at, {zone:String}), name = 'Order Completed') as last_day,
    count() as events
from events
where source = {source:UInt16}
