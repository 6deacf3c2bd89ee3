-- name: hold
-- Nobody else puts money aside until this transaction ends.
-- A version that was ended meanwhile is nobody's any more: whoever waited asks for the next one.
select from budget_version where id = %(budget)s and valid_until is null for no key update

-- name: used
-- What each ceiling has spent since its day, and what is put aside by messages on their way. 2, 3,
-- 9 and 10 went or may have gone; what failed after it was handed over was paid for as well. What
-- was put aside for an earlier attempt is not what a message cost that went by another way.
with asked as (
    select * from jsonb_to_recordset(%(ceilings)s::jsonb) as a (
        use integer, since date, currency text, campaign text, channels jsonb, accounts jsonb,
        brands jsonb, campaigns jsonb, classes jsonb)
), taken as (
    select day, campaign, channel, account, brand, class, currency, micros from spend_total
    where day >= (select min(since) from asked)
    union all
    select s.day, s.campaign, s.channel, s.account, s.brand, s.class, s.currency, s.micros
    from spend s
    join message m on m.id = s.message
    left join message_open o on o.message = s.message
    where not s.settled and s.attempt >= m.attempts
        and (m.state in (2, 3, 9, 10) or m.handed_at is not null
        or (m.state = 0 and o.claimed_by is not null and o.attempt = s.attempt))
)
select a.use, coalesce(sum(t.micros), 0)::bigint
from asked a
join taken t on t.day >= a.since and t.currency = a.currency
    and (a.campaign is null or t.campaign = a.campaign)
    and (a.channels = '[]' or a.channels ? t.channel)
    and (a.accounts = '[]' or a.accounts ? t.account)
    and (a.brands = '[]' or a.brands ? t.brand)
    and (a.campaigns = '[]' or a.campaigns ? t.campaign)
    and (a.classes = '[]' or a.classes ? t.class)
group by a.use

-- name: put_aside
insert into spend (message, attempt, day, channel, account, country, campaign, brand, class, parts,
    micros, currency, budget)
select g.message, g.attempt, %(day)s, g.channel, g.account, g.country, g.campaign, g.brand, g.class,
    g.parts, g.micros, %(currency)s, %(budget)s
from unnest(%(messages)s::uuid[], %(attempts)s::integer[], %(channels)s::text[],
    %(accounts)s::text[], %(countries)s::text[], %(campaigns)s::text[], %(brands)s::text[],
    %(classes)s::text[], %(parts)s::smallint[], %(micros)s::bigint[])
    as g (message, attempt, channel, account, country, campaign, brand, class, parts, micros)
on conflict (message) do update set attempt = excluded.attempt, day = excluded.day,
    channel = excluded.channel, account = excluded.account, country = excluded.country,
    parts = excluded.parts, micros = excluded.micros, currency = excluded.currency,
    budget = excluded.budget
where not spend.settled

-- name: settle
-- The totals are written in the order of their key, so that two who settle never wait in a circle.
with ended as (
    select s.message, s.day, s.campaign, s.channel, s.account, s.country, s.brand, s.class,
        s.currency, s.parts, s.micros, s.attempt >= m.attempts
            and (m.state in (2, 3, 9, 10) or m.handed_at is not null) as went
    from spend s join message m on m.id = s.message
    where not s.settled and m.state <> 0
        and (%(messages)s::uuid[] is null or s.message = any(%(messages)s::uuid[]))
    order by s.message limit %(limit)s
    for update of s skip locked
), kept as (
    update spend s set settled = true from ended e where e.message = s.message and e.went
), gone as (
    delete from spend s using ended e where e.message = s.message and not e.went
), totals as (
    insert into spend_total (day, campaign, channel, account, country, brand, class, currency,
        messages, parts, micros)
    select day, campaign, channel, account, country, brand, class, currency, count(*), sum(parts),
        sum(micros)
    from ended where went
    group by day, campaign, channel, account, country, brand, class, currency
    order by day, campaign, channel, account, country, brand, class, currency
    on conflict (day, campaign, channel, account, country, brand, class, currency)
    do update set messages = spend_total.messages + excluded.messages,
        parts = spend_total.parts + excluded.parts, micros = spend_total.micros + excluded.micros
)
select count(*) from ended
