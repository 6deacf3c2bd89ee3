-- Who may look: one-time sign-in links, the sessions they open, and tokens for programs.
-- Only hashes are kept.
create table kervan.sign_in_link (
    hash bytea primary key,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create table kervan.web_session (
    hash bytea primary key,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create table kervan.api_token (
    hash bytea primary key,
    name text not null,
    created_at timestamptz not null,
    revoked_at timestamptz
);
