-- What people wrote to us: the text is sealed under the person's key, so that erasing her erases
-- it. Of nobody we know only that something came is kept. A provider's id counts once.
create table inbound_message (
    account text not null,
    id text not null,
    channel text not null,
    -- 0: an address of nobody
    person integer not null,
    contact uuid,
    kind text not null,
    sealed bytea,
    at timestamptz not null,
    taken_at timestamptz not null,
    primary key (account, id)
);
create index inbound_message_person on inbound_message (person, at) where person <> 0;
