-- What was done and what personal data was read, by whom. Rows are written once: a trigger
-- refuses every change, and `audit_seal` chains their hashes, so that a change behind the
-- trigger's back is found. The actor is a user or a key, never a customer.
create table kervan.audit (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    workspace text not null,
    actor_kind text not null,
    actor text not null,
    roles text[] not null,
    used_right text not null,
    route text not null,
    what text not null,
    facts jsonb not null,
    network text not null
);
create index audit_workspace_id on kervan.audit (workspace, id);
create index audit_actor_id on kervan.audit (actor, id);

-- Sealing comes after committing, in an order of its own, so that nobody waits for anybody.
create table kervan.audit_seal (
    number bigint primary key,
    audit bigint not null unique references kervan.audit (id),
    hash bytea not null
);

create function kervan.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only';
end $$;
create trigger audit_is_append_only before update or delete on kervan.audit
    for each row execute function kervan.refuse_change();
create trigger audit_is_not_truncated before truncate on kervan.audit
    for each statement execute function kervan.refuse_change();
create trigger audit_seal_is_append_only before update or delete on kervan.audit_seal
    for each row execute function kervan.refuse_change();
create trigger audit_seal_is_not_truncated before truncate on kervan.audit_seal
    for each statement execute function kervan.refuse_change();
