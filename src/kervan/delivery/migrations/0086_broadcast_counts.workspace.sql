-- The same counts at less cost: rows are grouped first, and the few groups are taken apart.
create or replace function count_broadcasts() returns trigger language plpgsql as $$
begin
    if not exists (select from after_it where run < 0) then
        return null;
    end if;
    insert into broadcast_count (broadcast, step, what, reason, n)
    select -run, step, fact.what, case fact.what when state then reason else '' end, sum(fact.n)
    from (
        select run, step, state, coalesce(reason, '') as reason, count(*) as n,
            count(delivered_at) as delivered, count(opened_at) as opened,
            count(machine_opened_at) as machine_opened, count(clicked_at) as clicked,
            count(machine_clicked_at) as machine_clicked, count(unsubscribed_at) as unsubscribed,
            count(complained_at) as complained, count(bounced_at) as bounced
        from after_it where run < 0 group by 1, 2, 3, 4
        union all
        select run, step, state, coalesce(reason, ''), -count(*),
            -count(delivered_at), -count(opened_at),
            -count(machine_opened_at), -count(clicked_at),
            -count(machine_clicked_at), -count(unsubscribed_at),
            -count(complained_at), -count(bounced_at)
        from before_it where run < 0 group by 1, 2, 3, 4
    ) alike
    cross join lateral (values
        (state, n), (20::smallint, delivered), (21, opened), (22, machine_opened), (23, clicked),
        (24, machine_clicked), (25, unsubscribed), (26, complained), (27, bounced)
    ) as fact (what, n)
    group by 1, 2, 3, 4 having sum(fact.n) <> 0;
    return null;
end $$;
