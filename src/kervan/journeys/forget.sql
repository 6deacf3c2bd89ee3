-- name: latest_texts
select distinct on (journey) journey, text from journey_version
order by journey, number desc

-- name: forget
-- The oldest numbers first. Of each lane (a person in a journey, for one value of `per`) the last
-- run stays: it says whether she may enter again.
with old as materialized (
    select r.run
    from journey_run r
    join journey_version v on v.id = r.version
    where r.state <> 1 and r.step_at < %(before)s and (
        v.journey = any(%(apart)s) and r.step_at < %(apart_before)s
        or exists (
            select from journey_run n
            join journey_version w on w.id = n.version
            where n.person = r.person and n.key = r.key and w.journey = v.journey
                and (n.entered_at, n.run) > (r.entered_at, r.run))
    )
    order by r.run limit %(limit)s
), contexts as (
    delete from journey_context c using old where c.run = old.run
), origins as (
    delete from journey_origin o using old where o.run = old.run
)
delete from journey_run r using old where r.run = old.run
