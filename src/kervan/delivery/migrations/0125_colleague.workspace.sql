-- Addresses of our own people that a mail is on its way to (class 'test': it goes to nobody else and
-- is counted nowhere). Sealed under a key of the row's own; forgotten when no mail waits any more.
create table colleague_address (
    contact uuid primary key,
    key bytea not null,
    sealed bytea not null,
    at timestamptz not null
);
