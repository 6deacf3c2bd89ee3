-- A higher priority comes first where a cap leaves room for few. `routes` is the order of channels
-- a message may go by, each with its template version; `route` is the place of the present one, and
-- `channel` and `template_version` are what stands there. Null: there is only the one.
alter table message
    add column priority smallint not null default 5,
    add column routes jsonb,
    add column route smallint not null default 0,
    drop constraint message_class_check,
    add constraint message_class check (class in ('marketing', 'transactional', 'legal')) not valid;
