-- Accounts at providers: the ways out of the channels, within a channel the lowest place first.
-- Secrets are sealed under a key of the row's own; what else is set stands in the clear.
create table channel_account (
    name text primary key,
    provider text not null,
    channel text not null,
    settings jsonb not null,
    key bytea not null,
    secrets bytea not null,
    place integer not null,
    -- null: what the provider documents
    per_second real check (per_second > 0),
    in_flight integer check (in_flight > 0),
    -- whether its address may lie in the operator's own network
    private boolean not null default false,
    enabled boolean not null default true,
    created_at timestamptz not null,
    changed_at timestamptz not null
);

-- Messages that a provider took and may still say more of: how its receipts find them.
-- `until` is when nothing more is waited for; then what it said last is the last word.
create table message_handed (
    message uuid primary key,
    account text not null,
    handed_at timestamptz not null,
    until timestamptz not null
);
create index message_handed_until on message_handed (until);

-- What providers call our messages: kept as long as a receipt may come, also after the final state.
create table provider_reference (
    account text not null,
    reference text not null,
    message uuid not null,
    at timestamptz not null,
    -- A message of several parts has several references, and is delivered when all of them are.
    delivered boolean not null default false,
    primary key (account, reference)
);
create index provider_reference_at on provider_reference (at);
create index provider_reference_message on provider_reference (message);

-- Receipts may be faster than our own books: they wait here until the reference is known.
create table early_receipt (
    account text not null,
    reference text not null,
    kind text not null,
    problem text not null,
    code text not null,
    at timestamptz not null,
    primary key (account, reference, kind)
);
create index early_receipt_at on early_receipt (at);
create index early_receipt_first on early_receipt (account, split_part(reference, ' ', 1));

-- The account a message was handed to, where that gives receipts: a sender that died may have had
-- its answer, and what was accepted waits for its receipt all the same.
alter table hand_over add column account text not null default '';

-- Until when an account was asked for news, where a provider's calls are not to be relied on.
create table account_poll (
    account text primary key,
    polled_at timestamptz not null
);
