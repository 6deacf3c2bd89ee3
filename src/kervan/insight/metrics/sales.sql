-- Orders and whose message brought them. An order is told by one source or several: it is placed
-- when it is told first and worth what is said then, minus what was given back in its currency, and
-- never less than nothing. A cancelled one is none. All instants are milliseconds.

-- name: orders
-- One row for each order placed from `begin_ms` on and before `until_ms`, whoever placed it (0 for
-- nobody known). All its tellings are read, for one before the period takes it out of it. Orders are known by the hashes of their ids, which cost half;
-- `rank` is the order of tellings: by time, then by the id of their event.
select
    number,
    argMinIf(who, rank, who != 0) as buyer,
    min(told_ms) as placed_ms,
    argMin(told_currency, rank) as money,
    greatest(argMin(told_minor - back.refunded_minor, rank), 0) as net_minor
from (
    select
        who,
        if(order_id = '', cityHash64(event_id), cityHash64(order_id)) as number,
        toUnixTimestamp64Milli(at) as told_ms,
        bitShiftLeft(toUInt128(told_ms), 64)
            + reinterpretAsUInt64(reverse(substring(event_id, 1, 8))) as rank,
        currency as told_currency,
        value_minor as told_minor
    from events
    where name = 'Order Completed'
        and (
            at >= fromUnixTimestamp64Milli({begin_ms:Int64})
                and at < fromUnixTimestamp64Milli({until_ms:Int64})
            or order_id != '' and cityHash64(order_id) in (
                select cityHash64(order_id)
                from events
                where name = 'Order Completed' and order_id != ''
                    and at >= fromUnixTimestamp64Milli({begin_ms:Int64})
                    and at < fromUnixTimestamp64Milli({until_ms:Int64})
            )
        )
        and (order_id = '' or cityHash64(order_id) not in (
            select cityHash64(order_id)
            from events
            where name = 'Order Cancelled' and order_id != ''
        ))
) as told
left any join (
    select
        cityHash64(order_id) as given,
        currency as given_currency,
        sum(value_minor) as refunded_minor
    from events
    where name = 'Order Refunded' and order_id != ''
    group by given, given_currency
) as back on back.given = told.number and back.given_currency = told.told_currency
group by number
having placed_ms >= {begin_ms:Int64} and placed_ms < {until_ms:Int64}

-- name: touches
-- What an order may follow: a human's click, stronger than a message that only arrived, which counts
-- in channels with a window for it. Each with when its window shuts.
select
    who as toucher,
    properties.message.:String as message,
    channel,
    if(
        properties.broadcast.:String is not null,
        concat('broadcast:', properties.broadcast.:String),
        concat('journey:', ifNull(properties.journey.:String, ''))
    ) as campaign,
    ifNull(properties.step.:String, '') as step,
    name = 'Message Clicked' as is_click,
    toUnixTimestamp64Milli(at) as touch_ms,
    touch_ms + if(
        is_click,
        transform(channel, {channels:Array(String)}, {click_ms:Array(Int64)}, {usual_ms:Int64}),
        transform(channel, {channels:Array(String)}, {delivered_ms:Array(Int64)}, 0)
    ) as shut_ms
from events
where who != 0
    and properties.message.:String is not null
    and at >= fromUnixTimestamp64Milli({begin_ms:Int64} - {longest_ms:Int64})
    and at < fromUnixTimestamp64Milli({until_ms:Int64})
    and (
        name = 'Message Clicked' and not ifNull(properties.machine.:Bool, false)
        or channel in {silent:Array(String)}
            and (
                name = 'Message Delivered'
                or name = 'Message Sent' and properties.state.:String = 'accepted'
            )
    )

-- name: sales
-- Every order of the time with the message it belongs to, '' for none: that of the latest click in
-- its window, and without one of the latest that arrived. Of two at one instant the greater id.
select
    number,
    any(buyer) as buyer,
    any(placed_ms) as placed_ms,
    any(money) as money,
    any(net_minor) as net_minor,
    argMaxIf(
        (message, channel, campaign, step, touch_ms), (is_click, touch_ms, message), is_open
    ) as cause,
    countIf(is_open) > 0 as is_caused
from (
    select
        placed.number as number,
        placed.buyer as buyer,
        placed.placed_ms as placed_ms,
        placed.money as money,
        placed.net_minor as net_minor,
        ifNull(touched.message, '') as message,
        toString(touched.channel) as channel,
        touched.campaign as campaign,
        touched.step as step,
        touched.is_click as is_click,
        touched.touch_ms as touch_ms,
        touched.toucher != 0 and touched.touch_ms <= placed.placed_ms
            and placed.placed_ms < touched.shut_ms as is_open
    from ({orders}) as placed
    left join ({touches}) as touched on touched.toucher = placed.buyer
)
group by number

-- name: columns
-- The sales as flat columns.
select
    buyer,
    placed_ms,
    money,
    net_minor,
    is_caused,
    cause.2 as channel,
    cause.3 as campaign,
    cause.4 as step,
    cause.5 as touched_ms
from ({sales})

-- name: buyers
-- The people behind orders: when each placed her latest, how many, and what they are worth in the
-- currency of that one; of all orders, or of the sales that belong to a message (whose).
select
    buyer as person,
    max(last_ms) as at_ms,
    sum(orders) as times,
    argMax(currency, (last_ms, currency)) as money,
    argMax(worth, (last_ms, currency)) as minor
from (
    select buyer, money as currency, max(placed_ms) as last_ms, count() as orders,
        sum(net_minor) as worth
    from ({whose})
    where buyer != 0 and ({currency:String} = '' or money = {currency:String})
    group by buyer, currency
)
group by person
having times >= {least:UInt8} and (at_ms, person) < ({after_ms:Int64}, {after:UInt32})
order by at_ms desc, person desc
limit {limit:UInt32}

-- name: caused
select * from ({sales})
where is_caused
    and ({channel:String} = '' or cause.2 = {channel:String})
    and ({campaign:String} = '' or cause.3 = {campaign:String})

-- name: causes
-- The messages that orders belong to, those with the latest order first.
select cause.1 as message, max(placed_ms) as at_ms
from ({caused})
group by message
having (at_ms, message) < ({after_ms:Int64}, {after:String})
order by at_ms desc, message desc
limit {limit:UInt32}

-- name: brought
-- What some messages brought, in each currency.
select cause.1 as message, money, count(), sum(net_minor)
from ({sales})
where is_caused and message in {ids:Array(String)}
group by message, money
