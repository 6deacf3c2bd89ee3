-- The secrets that shops sign visitors with are made of the workspace's key and a number: what lies
-- here says which of them are good. None means that only number 1 is.
create table onsite_secret (
    number integer primary key,
    made_at timestamptz not null,
    good_until timestamptz
);
