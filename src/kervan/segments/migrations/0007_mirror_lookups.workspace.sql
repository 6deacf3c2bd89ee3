-- One look-up for each address: `offset 0` keeps the planner, which plans once for a session, from
-- reading all identifiers there are for every batch after a large one.
create or replace function mirror_contacts() returns trigger language plpgsql as $$
begin
    insert into mirror_mark (people)
    select array_agg(distinct i.person)
    from changed cross join lateral (
        select person from identifier
        where hash = changed.contact and kind in (2, 3) offset 0
    ) i
    having count(*) > 0;
    return null;
end $$;

create or replace function mirror_points() returns trigger language plpgsql as $$
begin
    insert into mirror_mark (people)
    select array_agg(distinct i.person)
    from changed cross join lateral (
        select person from identifier
        where hash = changed.hash and kind in (2, 3) offset 0
    ) i
    having count(*) > 0;
    return null;
end $$;
