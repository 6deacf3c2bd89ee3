-- A stop holds marketing; one with `everything` holds all classes, as the stops of old did.
-- scope is 'workspace', 'channel:<name>' or 'brand:<key>'.
alter table sending_stop
    add column everything boolean not null default false,
    add column author text not null default '';
update sending_stop set everything = true;

-- Lifted, but what was intended until then is not to be sent any more: the gate ends it.
create table sending_drop (
    scope text primary key,
    everything boolean not null,
    intended_until timestamptz not null,
    reason text not null
);
