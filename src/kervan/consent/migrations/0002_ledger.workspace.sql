-- The ledger: what people agreed to and refused, by contact point, append-only and chained.

-- One address of one kind, known by its blind hash (the same as `identifier.hash`). The value is
-- sealed under the key of `person`; after an erasure there is none, and the hash stays.
create table contact_point (
    hash uuid primary key,
    kind text not null,
    person integer not null default 0,
    sealed bytea,
    verified_at timestamptz,
    recipient_type text not null default 'individual'
        check (recipient_type in ('individual', 'merchant')),
    country text not null default '',
    created_at timestamptz not null
);
create index contact_point_person on contact_point (person);

-- What people were shown. A changed text is a new version.
create table notice (
    id bigint generated always as identity primary key,
    key text not null,
    version integer not null,
    language text not null,
    text text not null,
    sha256 bytea not null,
    valid_from timestamptz not null,
    recorded_at timestamptz not null,
    unique (key, version, language)
);

alter table consent_event rename to consent_event_before_ledger;
alter index consent_event_person rename to consent_event_before_ledger_person;
alter table consent_event_before_ledger
    rename constraint consent_event_pkey to consent_event_before_ledger_pkey;
alter table consent_event_before_ledger
    rename constraint consent_event_event_id_key to consent_event_before_ledger_key;
drop table consent_state;

-- `id` is the place in the chain: no gaps. `hash` is over all that the row says (chain.py), and
-- `prev_hash` is the row's before it. Of the proof only its digest is hashed, so that the proof
-- itself can be forgotten with the person and the chain still holds.
create table consent_event (
    id bigint primary key,
    brand text not null,
    contact uuid not null,
    contact_kind text not null,
    person integer not null,
    channel text not null,
    purpose text not null,
    topic text not null,
    status text not null
        check (status in ('granted', 'denied', 'withdrawn', 'pending', 'expired')),
    legal_basis text not null,
    jurisdiction text not null,
    occurred_at timestamptz not null,
    zone text not null,
    recorded_at timestamptz not null,
    source text not null,
    source_id integer not null,
    actor text not null,
    notice bigint,
    notice_name text not null,
    notice_sha256 bytea,
    -- its first byte says whether the rest is sealed under the person's key (1) or plain (0)
    proof bytea,
    proof_sha256 bytea,
    expires_at timestamptz,
    event_key uuid not null unique,
    prev_hash bytea not null,
    hash bytea not null
);
create index consent_event_person on consent_event (person);
create index consent_event_contact on consent_event (contact);

-- Where the chain ends. Its row is locked by whoever appends, which makes the order.
create table consent_head (
    one boolean primary key default true check (one),
    position bigint not null,
    hash bytea not null,
    signature bytea
);

-- The end of the chain, signed now and then: what is cut off behind one is missed.
create table consent_checkpoint (
    position bigint primary key,
    hash bytea not null,
    at timestamptz not null,
    signature bytea not null
);

-- Derived: the latest word by the person's own time for each contact point, channel, purpose,
-- topic ('' is the whole channel) and brand ('' is the only one). A refusal wins at one instant.
create table consent_state (
    contact uuid not null,
    channel text not null,
    purpose text not null,
    topic text not null,
    brand text not null,
    status text not null,
    occurred_at timestamptz not null,
    expires_at timestamptz,
    consent_event bigint not null,
    event_key uuid not null,
    primary key (contact, channel, purpose, topic, brand)
) with (fillfactor = 80);

-- Consents of people whose address is not known yet; bound to it as soon as it is.
create table consent_waiting (
    consent_event bigint primary key,
    person integer not null
);
create index consent_waiting_person on consent_waiting (person);

-- Addresses nothing may go to, by blind hash; channel '' is every channel. Outlives an erasure.
create table contact_suppression (
    contact uuid not null,
    channel text not null,
    reason text not null,
    at timestamptz not null,
    message uuid,
    primary key (contact, channel)
);

create function consent_is_append_only() returns trigger language plpgsql as $$
begin
    -- Only a proof may be forgotten, with the person it is about.
    if tg_op = 'UPDATE' and tg_table_name = 'consent_event' then
        if (to_jsonb(new) - 'proof') = (to_jsonb(old) - 'proof')
            and to_jsonb(new) ->> 'proof' is null then
            return new;
        end if;
    end if;
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger consent_event_stays before update or delete on consent_event
    for each row execute function consent_is_append_only();
create trigger consent_event_is_not_emptied before truncate on consent_event
    for each statement execute function consent_is_append_only();
create trigger notice_stays before update or delete on notice
    for each row execute function consent_is_append_only();
create trigger notice_is_not_emptied before truncate on notice
    for each statement execute function consent_is_append_only();
create trigger consent_checkpoint_stays before update or delete on consent_checkpoint
    for each row execute function consent_is_append_only();

-- What was agreed before there was a ledger moves into it: to the address the person had then,
-- else to her first one; without any it waits. The text that is hashed is chain.py's.
do $$
declare
    old record;
    last bytea := sha256('kervan consent ledger');
    place bigint := 0;
    said text;
begin
    for old in
        select e.*, i.hash as address, case e.channel when 'email' then 'email' else 'phone' end
            as kind
        from consent_event_before_ledger e
        left join lateral (
            select hash from identifier i
            where i.person = e.person and i.kind = case e.channel when 'email' then 2 else 3 end
            order by (i.claimed_at <= e.at) desc, i.verified_at desc nulls last,
                case when i.claimed_at <= e.at then i.claimed_at end desc, i.claimed_at, i.hash
            limit 1
        ) i on true
        order by e.id
    loop
        place := place + 1;
        said := concat_ws(E'\x1f', place, '',
            replace(coalesce(old.address, lpad(to_hex(old.person), 32, '0')::uuid)::text, '-', ''),
            case when old.address is null then 'person' else old.kind end,
            old.person, old.channel, old.purpose, '',
            case when old.granted then 'granted' else 'withdrawn' end, 'consent', '',
            (extract(epoch from old.at) * 1000000)::bigint, 'UTC',
            (extract(epoch from old.recorded_at) * 1000000)::bigint, 'event', old.source, '', '',
            old.notice, '', '', '', replace(old.event_id::text, '-', ''), encode(last, 'hex'));
        insert into consent_event values (place, '',
            coalesce(old.address, lpad(to_hex(old.person), 32, '0')::uuid),
            case when old.address is null then 'person' else old.kind end,
            old.person, old.channel, old.purpose, '',
            case when old.granted then 'granted' else 'withdrawn' end, 'consent', '',
            old.at, 'UTC', old.recorded_at, 'event', old.source, '', null, old.notice, null,
            null, null, null, old.event_id, last, sha256(convert_to(said, 'UTF8')));
        last := sha256(convert_to(said, 'UTF8'));
    end loop;
    insert into consent_head (position, hash) values (place, last);
end $$;
insert into consent_state
select distinct on (contact, channel, purpose, topic, brand)
    contact, channel, purpose, topic, brand, status, occurred_at, expires_at, id, event_key
from consent_event where contact_kind <> 'person'
order by contact, channel, purpose, topic, brand, occurred_at desc, status = 'granted', event_key;
insert into consent_waiting
select id, person from consent_event where contact_kind = 'person';
insert into contact_point (hash, kind, person, sealed, verified_at, created_at)
select distinct on (i.hash)
    i.hash, case i.kind when 2 then 'email' else 'phone' end, i.person, i.sealed, i.verified_at,
    e.recorded_at
from consent_event e join identifier i on i.hash = e.contact and i.kind in (2, 3)
order by i.hash, e.id;
drop table consent_event_before_ledger;
