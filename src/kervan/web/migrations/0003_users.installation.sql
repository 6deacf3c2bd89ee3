-- People who work here, what they may do in which workspace, and how they prove who they are.
-- Passwords are argon2 hashes, codes of recovery and all secrets of sessions, links and keys are
-- kept as hashes only; the secret of the second factor is sealed under the master key.
create table kervan.app_user (
    id uuid primary key,
    -- Folded (NFKC, İ/I/ı to i); null for the account of the command line.
    email text unique,
    name text not null default '',
    locale text not null default '',
    password_hash text,
    password_at timestamptz,
    totp_sealed bytea,
    totp_draft bytea,
    -- The last time step a code was taken from: a code is good once.
    totp_step bigint not null default 0,
    created_at timestamptz not null,
    disabled_at timestamptz
);
-- Who holds the machine holds Kervan: one-time links of the command line sign in as this account.
insert into kervan.app_user (id, name, created_at)
values ('00000000-0000-7000-8000-000000000001', 'kervan link', '2026-01-01T00:00:00Z');

create table kervan.membership (
    member uuid not null references kervan.app_user (id),
    workspace text not null,
    roles text[] not null,
    primary key (member, workspace)
);
create table kervan.recovery_code (
    owner uuid not null references kervan.app_user (id),
    hash bytea not null,
    used_at timestamptz,
    primary key (owner, hash)
);
create table kervan.oidc_identity (
    issuer text not null,
    subject text not null,
    owner uuid not null references kervan.app_user (id),
    linked_at timestamptz not null,
    primary key (issuer, subject)
);
-- A sign-in under way at a provider; taken away when it comes back, so that it comes back once.
create table kervan.oidc_trip (
    state bytea primary key,
    nonce text not null,
    verifier text not null,
    expires_at timestamptz not null
);
-- How often somebody tried: by account, by address, by second factor. The key is a hash.
create table kervan.sign_in_tries (
    key bytea primary key,
    tries integer not null,
    since timestamptz not null
);

alter table kervan.web_session
    add column id uuid not null default gen_random_uuid() unique,
    add column owner uuid not null default '00000000-0000-7000-8000-000000000001'
        references kervan.app_user (id),
    add column seen_at timestamptz,
    add column ended_at timestamptz,
    -- The password was right, the second factor is still to come: no right at all.
    add column half boolean not null default false,
    add column way text not null default 'link',
    add column device text not null default '',
    add column network text not null default '';
create index web_session_owner on kervan.web_session (owner);
alter table kervan.sign_in_link
    add column owner uuid not null default '00000000-0000-7000-8000-000000000001'
        references kervan.app_user (id),
    add column purpose text not null default 'sign_in';
-- Keys made before there were users are the command line's, with all its rights.
alter table kervan.api_token
    add column id uuid not null default gen_random_uuid() unique,
    add column owner uuid not null default '00000000-0000-7000-8000-000000000001'
        references kervan.app_user (id),
    add column workspace text,
    add column scopes text[],
    add column expires_at timestamptz,
    add column seen_at timestamptz;
