-- Products as events and the API tell of them; `trust` says whose word it is: 0 a browser's, 1 a
-- server's, 2 the API's. A lower word never changes what a higher one said.
create table product (
    id text primary key,
    name text not null,
    price_minor bigint,
    currency text not null default '',
    url text not null default '',
    image text not null default '',
    category text not null default '',
    brand text not null default '',
    available boolean not null default true,
    trust smallint not null,
    changed_at timestamptz not null
);

-- What sells most, by category ('' for all), and what is bought together: made anew by a chore.
create table best_seller (
    category text not null,
    place integer not null,
    product text not null,
    primary key (category, place)
);
create table bought_together (
    product text not null,
    place integer not null,
    other text not null,
    orders bigint not null,
    primary key (product, place)
);
