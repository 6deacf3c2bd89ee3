-- name: rules
select kind, scope from approval_rule

-- name: set_rule
insert into approval_rule (kind, scope, at, by) values (%(kind)s, %(scope)s, %(at)s, %(by)s)
on conflict (kind) do update set scope = excluded.scope, at = excluded.at, by = excluded.by

-- name: hold
-- Two that propose under one key wait for each other.
select pg_advisory_xact_lock(hashtextextended('approval ' || %(kind)s || ' ' || %(key)s, 0))

-- name: pending_of
select id, kind, key, name, text, before, state, proposed_by, proposed_at, decided_by, decided_at,
    note, version, choice
from approval_proposal where kind = %(kind)s and key = %(key)s and state = 'pending' for update

-- name: replace
update approval_proposal set state = 'replaced', decided_at = %(at)s, decided_by = %(by)s
where id = %(id)s

-- name: add
insert into approval_proposal
    (id, kind, key, name, text, before, proposed_by, proposed_at, choice)
values (%(id)s, %(kind)s, %(key)s, %(name)s, %(text)s, %(before)s, %(by)s, %(at)s, %(choice)s)

-- name: one
select id, kind, key, name, text, before, state, proposed_by, proposed_at, decided_by, decided_at,
    note, version, choice
from approval_proposal where id = %(id)s

-- name: held
select id, kind, key, name, text, before, state, proposed_by, proposed_at, decided_by, decided_at,
    note, version, choice
from approval_proposal where id = %(id)s for update

-- name: listed
select id, kind, key, name, text, before, state, proposed_by, proposed_at, decided_by, decided_at,
    note, version, choice
from approval_proposal
where state = %(state)s and (%(before)s::timestamptz is null or proposed_at < %(before)s)
order by proposed_at desc, id desc limit %(limit)s

-- name: decide
update approval_proposal set state = %(state)s, decided_at = %(at)s, decided_by = %(by)s,
    note = %(note)s, version = %(version)s
where id = %(id)s
