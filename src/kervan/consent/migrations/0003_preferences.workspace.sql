-- What people chose on their own page, by address (the same blind hash as everywhere): it stays
-- with the address through merges. Zero `most` is no limit; every change is a row of the ledger.
create table preference (
    contact uuid primary key,
    contact_kind text not null,
    language text not null default '',
    paused_until timestamptz,
    most smallint not null default 0,
    most_days smallint not null default 0,
    changed_at timestamptz not null
) with (fillfactor = 80);

-- The topics people can choose; names are {"tr": ..., "az": ..., "en": ...}.
create table preference_topic (
    key text primary key,
    place smallint not null,
    names jsonb not null
);

-- Mails that ask for a confirmation (kind 'opt_in') or confirm a consent taken electronically
-- (kind 'same_day'). `consent_event` is the word of the ledger it is about.
create table consent_mail (
    id uuid primary key,
    kind text not null check (kind in ('opt_in', 'same_day')),
    contact uuid not null,
    person integer not null,
    channel text not null,
    purpose text not null,
    topic text not null,
    brand text not null,
    consent_event bigint not null unique,
    occurred_at timestamptz not null,
    due_at timestamptz not null,
    message uuid,
    intended_at timestamptz,
    answered_at timestamptz
) with (fillfactor = 80);
create index consent_mail_due on consent_mail (due_at) where intended_at is null;
create index consent_mail_contact on consent_mail (contact);
create index consent_mail_message on consent_mail (message) where message is not null;
