-- Whose membership ClickHouse has not heard of yet, a row for each statement that changed some;
-- taken out again in the transaction that commits after ClickHouse has them.
create table membership_mark (
    id bigint generated always as identity primary key,
    people integer[] not null
);

create function membership_changed() returns trigger language plpgsql as $$
begin
    insert into membership_mark (people)
    select array_agg(person) from changed having count(*) > 0;
    return null;
end $$;

create trigger mirror_insert after insert on membership
    referencing new table as changed for each statement execute function membership_changed();
create trigger mirror_update after update on membership
    referencing new table as changed for each statement execute function membership_changed();
create trigger mirror_delete after delete on membership
    referencing old table as changed for each statement execute function membership_changed();

-- Who was there before the marks.
insert into membership_mark (people)
select array_agg(person) from membership group by person / 4000;

-- The segments of `segment_live` whose members ClickHouse has had since they were filled.
create table membership_kept (
    segment integer primary key references segment (number),
    digest bytea not null
);
