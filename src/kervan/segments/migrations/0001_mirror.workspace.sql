-- Whose row in ClickHouse's `people` may have changed, a row for each batch; taken out again in the
-- transaction that commits after ClickHouse has their rows. Any atoms: the step finds the heads.
create table mirror_mark (
    id bigint generated always as identity primary key,
    people integer[] not null
);

-- The order in which rows of the mirror were read here, whoever wrote them there.
create sequence mirror_version as bigint;

-- Marked where it changes, whoever changes it: one statement of a batch makes one row, and a
-- batch that says nothing new of anybody makes none.
create function mirror_people() returns trigger language plpgsql as $$
begin
    insert into mirror_mark (people)
    select array_agg(distinct person) from changed having count(*) > 0;
    return null;
end $$;

create function mirror_profiles() returns trigger language plpgsql as $$
begin
    insert into mirror_mark (people)
    select array_agg(distinct one) from (
        select person as one from changed
        union all select merged_into from changed where merged_into is not null
    ) anyone having count(*) > 0;
    return null;
end $$;

create function mirror_contacts() returns trigger language plpgsql as $$
begin
    insert into mirror_mark (people)
    select array_agg(distinct i.person)
    from changed join identifier i on i.hash = changed.contact and i.kind in (2, 3)
    having count(*) > 0;
    return null;
end $$;

create function mirror_points() returns trigger language plpgsql as $$
begin
    insert into mirror_mark (people)
    select array_agg(distinct i.person)
    from changed join identifier i on i.hash = changed.hash and i.kind in (2, 3)
    having count(*) > 0;
    return null;
end $$;

-- A profile that moves changes its old head and its new one; an identifier its old and new owner.
create trigger mirror_insert after insert on profile
    referencing new table as changed for each statement execute function mirror_profiles();
create trigger mirror_update_from after update on profile
    referencing old table as changed for each statement execute function mirror_profiles();
create trigger mirror_update_to after update on profile
    referencing new table as changed for each statement execute function mirror_profiles();
create trigger mirror_delete after delete on profile
    referencing old table as changed for each statement execute function mirror_profiles();

create trigger mirror_insert after insert on identifier
    referencing new table as changed for each statement execute function mirror_people();
create trigger mirror_update_from after update on identifier
    referencing old table as changed for each statement execute function mirror_people();
create trigger mirror_update_to after update on identifier
    referencing new table as changed for each statement execute function mirror_people();
create trigger mirror_delete after delete on identifier
    referencing old table as changed for each statement execute function mirror_people();

-- The address in these is their key and never changes.
create trigger mirror_insert after insert on consent_state
    referencing new table as changed for each statement execute function mirror_contacts();
create trigger mirror_update after update on consent_state
    referencing new table as changed for each statement execute function mirror_contacts();
create trigger mirror_delete after delete on consent_state
    referencing old table as changed for each statement execute function mirror_contacts();

create trigger mirror_insert after insert on contact_suppression
    referencing new table as changed for each statement execute function mirror_contacts();
create trigger mirror_update after update on contact_suppression
    referencing new table as changed for each statement execute function mirror_contacts();
create trigger mirror_delete after delete on contact_suppression
    referencing old table as changed for each statement execute function mirror_contacts();

create trigger mirror_insert after insert on preference
    referencing new table as changed for each statement execute function mirror_contacts();
create trigger mirror_update after update on preference
    referencing new table as changed for each statement execute function mirror_contacts();
create trigger mirror_delete after delete on preference
    referencing old table as changed for each statement execute function mirror_contacts();

create trigger mirror_insert after insert on contact_point
    referencing new table as changed for each statement execute function mirror_points();
create trigger mirror_update after update on contact_point
    referencing new table as changed for each statement execute function mirror_points();
create trigger mirror_delete after delete on contact_point
    referencing old table as changed for each statement execute function mirror_points();

-- People who were there before the marks, or before the rules by which rows are made (`made_by`)
-- became others, get their rows bit by bit. Read after the triggers are there: nobody is missed.
create table mirror_fill (
    one boolean primary key default true check (one),
    next_person integer not null,
    last_person integer not null,
    made_by text not null default ''
);
insert into mirror_fill (next_person, last_person)
select 1, coalesce(max(person), 0) from profile;
