-- Messages and what became of them, each once. Its instant is when it was sent or given up; what is
-- heard of it counts within `settle_ms` of that, so that the figures of a period come to rest.

-- name: letters
-- One row for each message with an instant from `begin_ms` on and before `end_ms`. `key` is the hash
-- of its id, by which a million are told apart at half of what their ids cost. What a person did with
-- it is 0, or when.
select
    key,
    message,
    reader,
    way,
    sent_ms,
    clicked,
    unsubscribed,
    complained,
    multiIf(
        heard_ms > 0 and heard_ms < sent_ms + {settle_ms:Int64}, 'delivered',
        failed_ms > 0 and failed_ms < sent_ms + {settle_ms:Int64}, failure,
        is_sent and is_last and bounced_ms > 0 and bounced_ms < sent_ms + {settle_ms:Int64},
        'bounced',
        is_sent and is_last, 'accepted',
        is_sent and clicked > 0, 'delivered',
        is_sent, 'silent',
        ending
    ) as outcome
from (
    select
        cityHash64(told_of) as key,
        {spelled} as message,
        max(reader) as reader,
        min(way) as way,
        minIf(at_ms, is_end) as sent_ms,
        minIf(at_ms, name = 'Message Delivered') as heard_ms,
        minIf(at_ms, name = 'Message Failed') as failed_ms,
        if(maxIf(state, name = 'Message Failed') = 'unknown', 'unknown', 'failed') as failure,
        countIf(name = 'Message Sent') > 0 as is_sent,
        countIf(name = 'Message Sent' and state = 'accepted') > 0 as is_last,
        maxIf(state, name = 'Message Suppressed') as ending,
        minIf(at_ms, name = 'Message Bounced') as bounced_ms,
        minIf(at_ms, name = 'Message Clicked') as clicked_ms,
        minIf(at_ms, name = 'Unsubscribed') as unsubscribed_ms,
        minIf(at_ms, name = 'Message Complained') as complained_ms,
        if(clicked_ms < sent_ms + {settle_ms:Int64}, clicked_ms, 0) as clicked,
        if(unsubscribed_ms < sent_ms + {settle_ms:Int64}, unsubscribed_ms, 0) as unsubscribed,
        if(complained_ms < sent_ms + {settle_ms:Int64}, complained_ms, 0) as complained
    from (
        select
            assumeNotNull(properties.message.:String) as told_of,
            who as reader,
            channel as way,
            name,
            toUnixTimestamp64Milli(at) as at_ms,
            ifNull(properties.state.:String, '') as state,
            name in (
                'Message Sent', 'Message Delivered', 'Message Failed', 'Message Suppressed'
            ) as is_end
        from events
        where name in (
                'Message Sent', 'Message Delivered', 'Message Failed', 'Message Suppressed',
                'Message Bounced', 'Message Clicked', 'Message Complained', 'Unsubscribed'
            )
            and properties.message.:String is not null
            and not (name = 'Message Clicked' and ifNull(properties.machine.:Bool, false))
            and at >= fromUnixTimestamp64Milli({begin_ms:Int64} - {settle_ms:Int64})
            and at < fromUnixTimestamp64Milli({end_ms:Int64} + {settle_ms:Int64}){narrowed}
    )
    group by key
    -- of what was sent before all that is read, only the receipt is seen
    having sent_ms >= {begin_ms:Int64} and sent_ms < {end_ms:Int64} and (is_sent or heard_ms = 0)
)

-- name: of_campaign
 and assumeNotNull(properties.message.:String) in (
    select properties.message.:String from events
    where name in ('Message Sent', 'Message Delivered', 'Message Failed', 'Message Suppressed')
        and properties.message.:String is not null
        and at >= fromUnixTimestamp64Milli({begin_ms:Int64} - {settle_ms:Int64})
        and at < fromUnixTimestamp64Milli({end_ms:Int64} + {settle_ms:Int64})
        and if(
            properties.broadcast.:String is not null,
            concat('broadcast:', properties.broadcast.:String),
            concat('journey:', ifNull(properties.journey.:String, ''))
        ) = {campaign:String}
)

-- name: of_some
 and assumeNotNull(properties.message.:String) in {ids:Array(String)}

-- name: judged
-- Each message with whether it counts as delivered to somebody, and when its first order was placed.
select
    message,
    reader,
    way,
    sent_ms,
    clicked,
    unsubscribed,
    complained,
    outcome,
    outcome in ('delivered', 'accepted') and reader != 0 as is_there,
    if(first_ms < sent_ms + {settle_ms:Int64}, first_ms, 0) as bought_ms
from ({letters}) as letter
left any join (
    select cityHash64(cause.1) as bought_by, min(placed_ms) as first_ms
    from ({sales})
    where is_caused
    group by bought_by
) as bought on bought.bought_by = letter.key

-- name: readers
-- The people behind a figure of messages: when each did it last, how often; (did) is which column
-- says when it was done.
select reader as person, max({did}) as at_ms, count() as times, '' as money, 0 as minor
from ({judged})
where is_there and {did} > 0 and ({channel:String} = '' or way = {channel:String})
group by person
having (at_ms, person) < ({after_ms:Int64}, {after:UInt32})
order by at_ms desc, person desc
limit {limit:UInt32}

-- name: listed
-- The messages behind a figure, those sent last first.
select message, sent_ms as at_ms
from ({judged})
where ({any:UInt8} or is_there and {did} > 0)
    and ({channel:String} = '' or way = {channel:String})
    and ({outcome:String} = '' or outcome = {outcome:String})
    and (sent_ms, message) < ({after_ms:Int64}, {after:String})
order by at_ms desc, message desc
limit {limit:UInt32}

-- name: details
-- What became of some messages.
select message, reader, way, sent_ms, outcome, clicked from ({letters})

-- name: named
-- What some messages belong to: their campaign and step.
select
    assumeNotNull(properties.message.:String) as message,
    min(if(
        properties.broadcast.:String is not null,
        concat('broadcast:', properties.broadcast.:String),
        concat('journey:', ifNull(properties.journey.:String, ''))
    )),
    min(ifNull(properties.step.:String, ''))
from events
where name in ('Message Sent', 'Message Delivered', 'Message Failed', 'Message Suppressed')
    and properties.message.:String in {ids:Array(String)}
    and at >= fromUnixTimestamp64Milli({begin_ms:Int64} - {settle_ms:Int64})
    and at < fromUnixTimestamp64Milli({end_ms:Int64} + {settle_ms:Int64})
group by message

-- name: figures
-- One row for each channel, and one of all (`is_all`), of this period and of the one before: how
-- many messages met which outcome, and how many people did what with one that was delivered.
select
    sent_ms >= {now_ms:Int64} as is_now,
    grouping(way) = 1 as is_all,
    way,
    countIf(outcome = 'delivered') as delivered,
    countIf(outcome = 'accepted') as accepted,
    countIf(outcome = 'silent') as silent,
    countIf(outcome = 'bounced') as bounced,
    countIf(outcome = 'failed') as failed,
    countIf(outcome = 'unknown') as unknown,
    countIf(outcome = 'suppressed') as suppressed,
    countIf(outcome = 'expired') as expired,
    countIf(outcome = 'cancelled') as cancelled,
    countIf(outcome = 'ghost') as ghost,
    uniqExactIf(reader, is_there and clicked > 0) as clicked_people,
    uniqExactIf(reader, is_there and bought_ms > 0) as converted_people,
    uniqExactIf(reader, is_there and unsubscribed > 0) as unsubscribed_people,
    uniqExactIf(reader, is_there and complained > 0) as complained_people
from ({judged})
group by grouping sets ((is_now), (is_now, way))
order by is_now desc, is_all desc, way
