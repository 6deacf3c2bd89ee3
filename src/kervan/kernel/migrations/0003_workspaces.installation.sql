-- A workspace that was opened beside the first: it is met under a host name of its own, and its
-- people live by its own country and clock. The one an installation began with has no host: it
-- answers under every name that is nobody else's, and the environment says where it lives.
alter table kervan.workspace
    add column name text not null default '',
    add column host text not null default '',
    add column country text not null default '',
    add column timezone text not null default '',
    add column locale text not null default '',
    -- nothing works for a closed one and nobody gets in; what it holds stays
    add column closed_at timestamptz;
create unique index workspace_host on kervan.workspace (host) where host <> '';
