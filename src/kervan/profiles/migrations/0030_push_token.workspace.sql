-- Where a person's apps and browsers are reached by push. `hash` is the blind index of the address
-- (of the endpoint alone for a browser), `person` the atom it was last seen with: tokens join nobody.
-- `platform`: 1 FCM, 2 APNs, 3 Web Push. `trusted`: told by a source that may not be forged.
create table push_token (
    hash uuid primary key,
    person integer not null,
    platform smallint not null,
    sealed bytea not null,
    trusted boolean not null,
    registered_at timestamptz not null,
    last_seen_at timestamptz not null,
    gone_at timestamptz
);
create index push_token_person on push_token (person);
