-- name: settings
select currency, window_days, edges, recency_days, frequency, monetary_minor from rfm_settings

-- name: save_settings
update rfm_settings set currency = %(currency)s, window_days = %(window_days)s, edges = %(edges)s,
    recency_days = %(recency_days)s, frequency = %(frequency)s, monetary_minor = %(monetary_minor)s

-- name: edges
select day, made_by, recency_days, frequency, monetary_minor, rhythm_days, customers, since
from rfm_edges order by day desc limit 1

-- name: edges_of
-- Those by which people were scored on a day.
select made_by, recency_days, frequency, monetary_minor
from rfm_edges where day <= %(day)s order by day desc limit 1

-- name: save_edges
insert into rfm_edges (day, made_by, recency_days, frequency, monetary_minor, rhythm_days,
    customers)
values (%(day)s, %(made_by)s, %(recency_days)s, %(frequency)s, %(monetary_minor)s, %(rhythm_days)s,
    %(customers)s)
on conflict (day) do update set made_by = excluded.made_by, recency_days = excluded.recency_days,
    frequency = excluded.frequency, monetary_minor = excluded.monetary_minor,
    rhythm_days = excluded.rhythm_days, customers = excluded.customers, since = 0

-- name: scored_since
update rfm_edges set since = since + %(count)s where day = (select max(day) from rfm_edges)

-- name: last_day
select day from rfm_run

-- name: everybody_again
update rfm_run set day = null

-- name: ran
update rfm_run set day = %(day)s

-- name: see_marks
-- A mark and its batch were committed together: the batch is open now, or history has it.
update rfm_mark set behind = (
    select coalesce(max(id), 0) from kervan.batch where workspace = %(workspace)s
)
where behind is null

-- name: marks
-- Whose row the mirror has not written yet are scored after it: who is new is nobody until then.
select m.id, m.people from rfm_mark m
where m.behind is not null and not exists (
    select from kervan.batch b where b.workspace = %(workspace)s and b.id <= m.behind
) and not exists (select from mirror_mark k where k.people && m.people)
order by m.id limit %(limit)s

-- name: unmark
delete from rfm_mark where id = any(%(marks)s)

-- name: heads
select distinct coalesce(p.merged_into, p.person) from profile p
where p.person = any(%(people)s::integer[])

-- name: hold
insert into rfm_pending (people) select %(people)s::integer[]

-- name: tell
with gone as (delete from rfm_pending returning people)
insert into touched (people) select people from gone

-- name: version
select nextval('mirror_version')
