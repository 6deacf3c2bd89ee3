-- Each profile row is an atom: the events anchored at one identifier, for ever. `merged_into` says
-- whose profile it belongs to today (null: it is a head), and it points at heads only.
create index profile_merged on profile (merged_into) where merged_into is not null;

-- An identifier row is the claim that owns it today; all other claims on it stand in `claim`.
-- `atom` is the profile anchored here (0: none). `rank` says how a claim came about: 0 the atom's
-- own anchor, 1 said to be the same by a trusted source, 2 verified, 3 said by a trusted source,
-- 4 said by a browser. `claimed_at` is the earliest, `verified_at` the latest such event.
alter table identifier add column atom integer not null default 0;
alter table identifier add column rank smallint not null default 3;
update identifier i set atom = i.person, rank = 0
from (
    select distinct on (person) person, kind, hash from identifier
    order by person, case kind when 1 then 1 when 4 then 2 when 2 then 3 else 4 end, claimed_at, hash
) first
where i.kind = first.kind and i.hash = first.hash;

alter table claim add column verified_at timestamptz;
alter table claim add column rank smallint not null default 3;
update claim set rank = 4 where reason = 'not_verified';
create index claim_value on claim (kind, hash);

-- Customer ids of other systems (an ERP's, a till's) are kinds of their own, 100 and up.
create table identifier_namespace (
    kind smallint primary key,
    name text not null unique
);

-- A session is a piece of a visit in which at most one person signed in (`signer`, from `sign_first`
-- to `sign_last`, whole minutes like its ends); `person` is whose the anonymous events in it are.
alter table session add column signer integer not null default 0;
-- a browser's unverified e-mail or phone signed in here, which counts while nobody better did
alter table session add column lead boolean not null default false;
alter table session add column sign_first timestamptz;
alter table session add column sign_last timestamptz;
update session set first_at = date_trunc('minute', first_at), last_at = date_trunc('minute', last_at);
update session set signer = person, sign_first = first_at, sign_last = last_at where person <> 0;
create index session_signer on session (signer) where signer <> 0;

-- Two people somebody said are one; undone links stay as history.
create table merge_link (
    link bigint generated always as identity primary key,
    one integer not null,
    other integer not null,
    actor text not null,
    merged_at timestamptz not null,
    undone_at timestamptz,
    undone_by text not null default ''
);
create index merge_link_one on merge_link (one) where undone_at is null;
create index merge_link_other on merge_link (other) where undone_at is null;

-- What was decided about who is who; rows are only ever added.
create table identity_decision (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    what text not null,
    person integer not null,
    other integer not null default 0,
    kind smallint not null default 0,
    hash uuid,
    reason text not null default '',
    actor text not null default ''
);
create index identity_decision_person on identity_decision (person);
create index identity_decision_other on identity_decision (other) where other <> 0;
