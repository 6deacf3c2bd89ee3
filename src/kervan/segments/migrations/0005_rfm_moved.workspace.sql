-- Who belongs to another profile now takes her orders along: both profiles are scored again.
create function rfm_moves() returns trigger language plpgsql as $$
begin
    insert into rfm_mark (people)
    select array_agg(distinct whose.one)
    from was join now_is using (person)
    cross join lateral (values (person), (was.merged_into), (now_is.merged_into)) as whose (one)
    where was.merged_into is distinct from now_is.merged_into and whose.one is not null
    having count(*) > 0;
    return null;
end $$;
create trigger rfm_update after update on profile
    referencing old table as was new table as now_is
    for each statement execute function rfm_moves();
