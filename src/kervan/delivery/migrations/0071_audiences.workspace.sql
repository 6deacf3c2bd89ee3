-- Audiences: a segment's people who agreed to it, kept the same on an advertising platform.
-- `target` is what the platform calls the audience; `transfer` the entry of the register (privacy)
-- under which data goes there.
create table audience (
    number integer generated always as identity primary key,
    key text not null unique,
    name text not null,
    account text not null,
    target text not null,
    segment integer not null,
    brand text not null default '',
    transfer uuid,
    -- active: kept the same; ending: everybody is taken off, then the row goes
    state text not null check (state in ('active', 'ending')),
    -- a code of what is wrong, and since when; '' while all goes well
    problem text not null default '',
    failing_since timestamptz,
    attempts integer not null default 0,
    next_at timestamptz not null,
    sequence bigint not null default 0,
    refused bigint not null default 0,
    told_at timestamptz,
    -- how far the round has come that notices changed addresses, and when it began
    checked_person integer not null default 0,
    checked_at timestamptz,
    created_at timestamptz not null,
    created_by text not null,
    unique (account, target)
);

-- The book of what a platform holds, or may hold. `sealed` are the hashes as they were sent, so that
-- the very same are taken off: under the person's key, or (`own`) under a key of the row's own once
-- she is erased and the platform has not heard of it. `contact` is the address she agreed with.
create table audience_member (
    audience integer not null references audience on delete cascade,
    person integer not null,
    contact uuid not null,
    print uuid not null,
    sealed bytea not null,
    own bytea,
    -- the batch it is on, null while the platform holds it and nothing is to be said
    batch bigint,
    leaving boolean not null default false,
    primary key (audience, person)
) with (fillfactor = 70);
create index audience_member_batch on audience_member (audience, batch) where batch is not null;
create index audience_member_leaving on audience_member (audience) where leaving;
create index audience_member_person on audience_member (person);

-- What is being said: made, tried (it may have gone out), pending (taken in, to be asked of).
create table audience_batch (
    audience integer not null references audience on delete cascade,
    sequence bigint not null,
    side text not null check (side in ('add', 'remove')),
    state text not null check (state in ('made', 'tried', 'pending')),
    reference text not null default '',
    at timestamptz not null,
    next_at timestamptz not null,
    primary key (audience, sequence)
);

-- What became of erased people's places: for their receipts. Numbers only.
create table audience_goodbye (
    audience text not null,
    person integer not null,
    asked_at timestamptz not null,
    until timestamptz not null,
    told_at timestamptz,
    given_up_at timestamptz,
    primary key (audience, person)
);
create index audience_goodbye_person on audience_goodbye (person);

-- Whom the platforms refused, so that they are not asked again every hour; forgotten after a week.
create table audience_refused (
    audience integer not null references audience on delete cascade,
    person integer not null,
    print uuid not null,
    at timestamptz not null,
    primary key (audience, person)
);

-- Orders that are told to a platform, once each.
create table conversion_feed (
    number integer generated always as identity primary key,
    key text not null unique,
    account text not null,
    target text not null,
    brand text not null default '',
    transfer uuid,
    since timestamptz not null,
    problem text not null default '',
    failing_since timestamptz,
    attempts integer not null default 0,
    next_at timestamptz not null,
    sequence bigint not null default 0,
    reference text not null default '',
    told_at timestamptz,
    created_at timestamptz not null,
    created_by text not null
);

-- state: 0 on the batch under way, 1 told, 2 refused, 3 too late. `purchase` is its hash.
create table conversion (
    feed integer not null references conversion_feed on delete cascade,
    purchase uuid not null,
    person integer not null,
    state smallint not null,
    at timestamptz not null,
    primary key (feed, purchase)
);
create index conversion_person on conversion (person);
create index conversion_open on conversion (feed) where state = 0;
create index purchase_placed_at on purchase (placed_at);

-- Whether the word that counts for an address lets it be matched: the latest on the channel "ads"
-- and the purpose "ads_matching"; a refusal that names no brand is one of every brand.
create function ads_allowed(address uuid, of_brand text, at_ timestamptz) returns boolean
language sql stable as $$
    select coalesce((
        select s.status = 'granted' and coalesce(s.expires_at > at_, true)
        from consent_state s
        where s.contact = address and s.channel = 'ads' and s.purpose = 'ads_matching'
            and s.topic = ''
            and (s.brand = of_brand or (s.brand = '' and s.status in ('denied', 'withdrawn')))
        order by s.occurred_at desc, s.brand limit 1
    ), false) and not exists (
        select from contact_suppression x where x.contact = address and x.channel in ('', 'ads')
    )
$$;
