-- How brands look and speak, all versions of each; the highest number is in force. '' is the
-- workspace itself. `source` is no jsonb: what its author wrote is given back in its order.
create table brand_guide (
    brand text not null,
    number integer not null,
    source json not null,
    at timestamptz not null,
    by text not null,
    primary key (brand, number)
);
