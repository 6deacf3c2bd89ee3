-- What came back of a mail: that it failed, or that its reader complained. Kept when it is told and
-- settled in the same transaction or, where the provider was faster than our books, right after.
-- `contact` is the blind hash of the address, for how often it failed; null once she is erased.
create table mail_report (
    message uuid not null,
    kind text not null check (kind in ('hard', 'soft', 'full', 'policy', 'complaint')),
    account text not null,
    -- the enhanced status or a provider's code, never words
    code text not null,
    at timestamptz not null,
    settled_at timestamptz,
    contact uuid,
    brand text not null default '',
    journey text not null default '',
    version integer not null default 0,
    -- the group of domains (delivery/mail/domains.toml), '' for an address nobody knows any more
    domain text not null default '',
    primary key (message, kind)
);
create index mail_report_unsettled on mail_report (at) where settled_at is null;
create index mail_report_contact on mail_report (contact, at) where kind in ('soft', 'full');
create index mail_report_at on mail_report (at);

-- How many mails were accepted, by hour of UTC: what complaints and failures are shares of.
-- `part` only keeps senders from waiting for one another.
create table mail_tally (
    hour timestamptz not null,
    domain text not null,
    brand text not null,
    part smallint not null,
    accepted bigint not null,
    primary key (hour, domain, brand, part)
);

-- The operator's own limits, as JSON (delivery/mail/rules.py); without a row all are the defaults.
create table mail_rules (
    one boolean primary key default true check (one),
    definition jsonb not null,
    changed_at timestamptz not null,
    author text not null
);
