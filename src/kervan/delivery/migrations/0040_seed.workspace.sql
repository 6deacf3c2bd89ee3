-- A message of class 'test' goes to a seed address and nowhere else, and is counted nowhere.
alter table message
    drop constraint message_class,
    add constraint message_class
        check (class in ('marketing', 'transactional', 'legal', 'test')) not valid;

-- Addresses of our own people that test messages may go to. The address is sealed under a key of
-- the row's own; `contact` is its blind index, the one that a customer's address would have too.
create table seed (
    id uuid primary key,
    channel text not null,
    name text not null,
    contact uuid not null,
    key bytea not null,
    sealed bytea not null,
    added_by text not null,
    added_at timestamptz not null,
    unique (channel, contact)
);
