-- Unique codes in pools, each given to at most one message.
create table coupon_pool (
    id integer generated always as identity primary key,
    key text not null unique,
    name text not null,
    -- what a code is worth: percent, an amount in the smallest unit of its currency, or words
    kind text not null check (kind in ('percent', 'amount', 'words')),
    percent integer,
    amount_minor bigint,
    currency text not null default '',
    words text not null default '',
    brand text not null default '',
    most_per_person integer,
    valid_from timestamptz,
    valid_until timestamptz,
    changed_at timestamptz not null
);

-- state: 0 free, 1 reserved for a message that is on its way, 2 given, 3 redeemed.
create table coupon (
    id bigint generated always as identity primary key,
    pool integer not null references coupon_pool,
    code text not null,
    state smallint not null default 0,
    message uuid,
    person integer,
    reserved_at timestamptz,
    given_at timestamptz,
    redeemed_at timestamptz,
    order_id text not null default ''
) with (fillfactor = 70);
-- A till knows the code alone, and may write it in other letters.
create unique index coupon_code on coupon (upper(code));
create index coupon_free on coupon (pool, id) where state = 0;
create unique index coupon_message on coupon (message, pool) where message is not null;
create index coupon_person on coupon (person, pool) where person is not null;
