-- What messages cost and how much may be spent, in versions like a policy's. `definition` is
-- canonical JSON (docs/reference/budget.schema.json).
create table budget_version (
    id bigint generated always as identity primary key,
    number integer not null unique,
    definition text not null,
    author text not null,
    valid_from timestamptz not null,
    valid_until timestamptz
);
create unique index budget_in_force on budget_version ((true)) where valid_until is null;

-- What a message costs, put aside when it goes. Whether it counts is asked of the message while it
-- is on its way; when it has ended it is settled: counted in `spend_total`, or deleted.
-- `day` is a day of the workspace's clock; amounts are millionths of the currency's unit.
create table spend (
    message uuid primary key,
    attempt integer not null,
    day date not null,
    channel text not null,
    account text not null,
    country text not null,
    campaign text not null,
    brand text not null,
    class text not null,
    parts smallint not null,
    micros bigint not null,
    currency text not null,
    budget bigint not null,
    settled boolean not null default false
) with (fillfactor = 80);
create index spend_open on spend (message) where not settled;

create table spend_total (
    day date not null,
    campaign text not null,
    channel text not null,
    account text not null,
    country text not null,
    brand text not null,
    class text not null,
    currency text not null,
    messages bigint not null,
    parts bigint not null,
    micros bigint not null,
    primary key (day, campaign, channel, account, country, brand, class, currency)
);
create index spend_total_campaign on spend_total (campaign, day);

-- Who was warned of what: a ceiling in a period at a percentage, an account on a day.
create table spend_warning (
    what text not null,
    period text not null,
    at timestamptz not null,
    facts jsonb not null,
    primary key (what, period)
);

-- What an account has left at its provider, as it said last; in its own unit.
create table account_balance (
    account text primary key,
    micros bigint not null,
    unit text not null,
    at timestamptz not null
);
