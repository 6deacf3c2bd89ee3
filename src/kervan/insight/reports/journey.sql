-- Figures of journeys, each counted over what really happened: runs by their number, messages by
-- theirs, orders by their order id, people by who they are today. Opens and clicks of machines are figures of their own.

-- name: totals
-- What happened to the runs and the messages of each of the journeys since `since`: a row for each
-- of which anything did.
select
    ifNull(properties.journey.:String, '') as journey,
    uniqExactIf(properties.run.:Int64, name = 'Journey Entered') as entered,
    uniqExactIf(properties.run.:Int64, name = 'Journey Exited') as left,
    uniqExactIf(properties.run.:Int64, name = 'Goal Reached') as reached,
    uniqExactIf(properties.message.:String, name = 'Message Sent') as sent,
    uniqExactIf(properties.message.:String, name = 'Message Delivered') as delivered,
    uniqExactIf(properties.message.:String, name = 'Message Failed') as failed,
    uniqExactIf(properties.message.:String, name = 'Message Suppressed') as suppressed,
    uniqExactIf(
        properties.message.:String,
        name = 'Message Opened' and not ifNull(properties.machine.:Bool, false)
    ) as opened,
    uniqExactIf(
        properties.message.:String, name = 'Message Opened' and properties.machine.:Bool
    ) as opened_by_machines,
    uniqExactIf(
        properties.message.:String,
        name = 'Message Clicked' and not ifNull(properties.machine.:Bool, false)
    ) as clicked,
    uniqExactIf(
        properties.message.:String, name = 'Message Clicked' and properties.machine.:Bool
    ) as clicked_by_machines,
    uniqExactIf(who, name = 'Unsubscribed') as unsubscribed
from events
where name in (
        'Journey Entered', 'Journey Exited', 'Goal Reached', 'Message Sent', 'Message Delivered',
        'Message Failed', 'Message Suppressed', 'Message Opened', 'Message Clicked', 'Unsubscribed'
    )
    and properties.journey.:String in {journeys:Array(String)}
    and at >= fromUnixTimestamp64Milli({since_ms:Int64})
group by journey

-- name: orders
-- Orders by people who clicked a mail of a journey, within its own of the `windows` (seconds) after
-- the click; each order once for a journey, however often it was told and however many clicks came
-- before it. The one rule of `bought` and `buyers`, which stands in them as {orders}.
select
    click.journey as journey,
    number,
    any(told.buyer) as buyer,
    min(told.at) as ordered_at,
    argMin(told.currency, told.at) as order_currency,
    argMin(told.value_minor, told.at) as order_minor
from (
    select
        who as buyer,
        if(order_id = '', hex(event_id), order_id) as number,
        at,
        currency,
        value_minor
    from events
    where name = 'Order Completed'
        and at >= fromUnixTimestamp64Milli({since_ms:Int64})
) as told
join (
    select
        who as clicker,
        at,
        ifNull(properties.journey.:String, '') as journey,
        toUInt32(transform(journey, {journeys:Array(String)}, {windows:Array(UInt32)}, 0)) as window
    from events
    where name = 'Message Clicked'
        and properties.journey.:String in {journeys:Array(String)}
        and not ifNull(properties.machine.:Bool, false)
        and who != 0
        and at >= fromUnixTimestamp64Milli({since_ms:Int64})
) as click on click.clicker = told.buyer
where told.at >= click.at
    and told.at < click.at + toIntervalSecond(click.window)
group by journey, number

-- name: bought
select
    journey,
    order_currency,
    count() as orders,
    uniqExact(buyer) as buyers,
    sum(order_minor) as minor
from ({orders})
group by journey, order_currency
order by journey, orders desc, order_currency

-- name: buyers
-- The latest people whose orders `bought` counts for one journey: who, when, with which order.
select
    buyer,
    toUnixTimestamp64Milli(max(ordered_at)) as latest,
    argMax(number, ordered_at) as order_number
from ({orders})
group by buyer
order by latest desc, buyer
limit {limit:UInt32}

-- name: people
-- The latest people behind one of the figures: who, when, with which message.
select
    who,
    toUnixTimestamp64Milli(max(at)) as latest,
    argMax(ifNull(properties.message.:String, ''), at) as message
from events
where name = {event:String}
    and properties.journey.:String = {journey:String}
    and who != 0
    and ({machine:Int8} < 0 or ifNull(properties.machine.:Bool, false) = ({machine:Int8} = 1))
group by who
order by latest desc
limit {limit:UInt32}

-- name: by_step
-- What became of the messages of each step, each message once in each figure.
select
    ifNull(properties.version.:Int64, 0) as version,
    ifNull(properties.step.:String, '') as step,
    multiIf(
        name = 'Message Suppressed', ifNull(properties.state.:String, 'suppressed'),
        name in ('Message Opened', 'Message Clicked') and ifNull(properties.machine.:Bool, false),
        concat(lower(splitByChar(' ', name)[2]), '_by_machines'),
        lower(splitByChar(' ', name)[2])
    ) as outcome,
    uniqExact(properties.message.:String)
from events
where name in (
        'Message Sent', 'Message Delivered', 'Message Failed', 'Message Suppressed',
        'Message Opened', 'Message Clicked'
    )
    and properties.journey.:String = {journey:String}
group by version, step, outcome
order by version, step, outcome
