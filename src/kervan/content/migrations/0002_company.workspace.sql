-- Who speaks: what the law wants each commercial message to say of its sender. '' is the company
-- itself; every other row is a brand of it, and what a brand leaves empty is the company's.
create table company (
    brand text primary key,
    title text not null,
    mersis text not null,
    address text not null,
    email text not null,
    phone text not null,
    website text not null,
    changed_at timestamptz not null
);
