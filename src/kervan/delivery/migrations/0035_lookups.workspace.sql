-- What a message said that was looked up when it was written, sealed under its person's key: so
-- that another try says the same, and what was sent can be shown. Only of messages that ask.
create table message_lookup (
    message uuid primary key,
    sealed bytea not null,
    at timestamptz not null
);
create index message_lookup_at on message_lookup (at);

-- Why a message got no code of a pool.
create table coupon_refusal (
    message uuid not null,
    pool text not null,
    reason text not null,
    at timestamptz not null,
    primary key (message, pool)
);
create index coupon_refusal_at on coupon_refusal (at);
-- Finds the codes of messages that ended where no sender was: taken back, recovered, in doubt.
create index coupon_reserved on coupon (id) where state = 1;
