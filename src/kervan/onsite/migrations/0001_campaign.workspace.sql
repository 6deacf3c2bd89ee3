-- A piece on the site: every version is kept, one of them is live; a paused one is shown to nobody.
-- `source` is no jsonb: which language was written first counts.
create table onsite_campaign (
    id integer generated always as identity primary key,
    key text not null unique,
    live integer,
    paused boolean not null default false,
    changed_at timestamptz not null
);

create table onsite_campaign_version (
    campaign integer not null references onsite_campaign (id),
    number integer not null,
    source json not null,
    hash bytea not null,
    warnings jsonb not null,
    at timestamptz not null,
    by text not null,
    primary key (campaign, number)
);
