-- name: make_bare
-- Tables with the same storage and the same indexes as those the resolver writes.
create table bare_profile (like profile including all) with (fillfactor = 80);
create table bare_identifier (like identifier including all);
create table bare_claim (like claim including all)

-- name: drop_bare
drop table bare_profile, bare_identifier, bare_claim

-- name: bare_profile
insert into bare_profile overriding system value
select * from profile where person > %(after)s and person <= %(until)s
on conflict (person) do update set
    personal = excluded.personal, traits = excluded.traits, merged_into = excluded.merged_into

-- name: bare_identifier
insert into bare_identifier
select * from identifier where person > %(after)s and person <= %(until)s
on conflict (kind, hash) do update set
    person = excluded.person, sealed = excluded.sealed, claimed_at = excluded.claimed_at

-- name: bare_claim
insert into bare_claim
select * from claim where person > %(after)s and person <= %(until)s
on conflict (person, kind, hash) do update set
    sealed = excluded.sealed, claimed_at = excluded.claimed_at, reason = excluded.reason

-- name: found
-- Heads, atoms that belong to another, identifiers, claims, the highest number.
select (select count(*) from profile where merged_into is null),
    (select count(*) from profile where merged_into is not null),
    (select count(*) from identifier), (select count(*) from claim),
    (select max(person) from profile)

-- name: settle
vacuum (analyze) {table}

-- name: checkpoint
checkpoint
