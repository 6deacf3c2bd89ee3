-- Of which texts a second person must approve: 'marketing' those that send commercial messages,
-- 'all' every one. Without a row nobody is asked.
create table approval_rule (
    kind text primary key,
    scope text not null,
    at timestamptz not null,
    by text not null
);

-- Texts that wait for somebody's approval, and what became of them. `before` is the version that
-- was live when it was proposed, `version` the one that it became. People are users' ids.
create table approval_proposal (
    id uuid primary key,
    kind text not null,
    key text not null,
    name text not null,
    text text not null,
    before integer not null,
    state text not null default 'pending'
        check (state in ('pending', 'approved', 'rejected', 'replaced')),
    proposed_by text not null,
    proposed_at timestamptz not null,
    decided_by text,
    decided_at timestamptz,
    note text not null default '',
    version integer
);
-- What is proposed anew takes the place of what waits.
create unique index approval_proposal_pending on approval_proposal (kind, key)
    where state = 'pending';
create index approval_proposal_at on approval_proposal (proposed_at);
