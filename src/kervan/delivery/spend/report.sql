-- name: campaigns
-- Campaigns of ceilings that are counted by campaign, the dearest first.
select campaign, sum(micros) from (
    select campaign, micros from spend_total where currency = %(currency)s
    union all
    select campaign, micros from spend where not settled and currency = %(currency)s
) every group by campaign order by 2 desc, 1 limit %(limit)s

-- name: spent
select campaign, channel, account, country, currency, sum(messages)::bigint, sum(parts)::bigint,
    sum(micros)::bigint
from spend_total where day between %(first)s and %(last)s
group by campaign, channel, account, country, currency
order by 8 desc, 1, 2, 3, 4 limit %(limit)s

-- name: balances
select account, micros, unit, at from account_balance order by account

-- name: keep_balance
insert into account_balance (account, micros, unit, at)
values (%(account)s, %(micros)s, %(unit)s, %(at)s)
on conflict (account) do update set micros = excluded.micros, unit = excluded.unit,
    at = excluded.at
where excluded.at >= account_balance.at

-- name: warn
insert into spend_warning (what, period, at, facts)
values (%(what)s, %(period)s, %(at)s, %(facts)s) on conflict do nothing

-- name: warnings
select what, period, at, facts from spend_warning where at >= %(since)s
order by at desc, what limit %(limit)s
