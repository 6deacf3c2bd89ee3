-- The address of somebody erased, until the registry has heard of her refusal: sealed under a key
-- of the row's own, which goes with it. `held_until` is when it is given up.
alter table registry_outbox add column address bytea, add column address_key bytea,
    add column held_until timestamptz;
create index registry_outbox_held on registry_outbox (held_until) where address is not null;
