-- What became cheaper, and what is there again, in the order it came to be known: kept in the
-- statement that changes the products, taken out by who tells people of it. A browser's word of a
-- price (trust 0) is nothing that people are told of.
create table product_change (
    id bigint generated always as identity primary key,
    product text not null,
    change text not null check (change in ('price_drop', 'back_in_stock')),
    before_minor bigint,
    price_minor bigint,
    currency text not null,
    at timestamptz not null
);

create function product_changed() returns trigger language plpgsql as $$
begin
    insert into product_change (product, change, before_minor, price_minor, currency, at)
    select n.id, 'price_drop', o.price_minor, n.price_minor, n.currency, n.changed_at
    from after_it n join before_it o on o.id = n.id
    where n.price_minor < o.price_minor and n.currency = o.currency and n.currency <> ''
        and n.available and n.trust > 0 and o.trust > 0
    union all
    select n.id, 'back_in_stock', o.price_minor, n.price_minor, n.currency, n.changed_at
    from after_it n join before_it o on o.id = n.id
    where n.available and not o.available and n.trust > 0 and o.trust > 0
    order by 1;
    return null;
end $$;

create trigger tell_changes after update on product
    referencing old table as before_it new table as after_it
    for each statement execute function product_changed();
