-- name: counts
-- With the audience, in one look: they belong together.
select b.audience, c.step, c.what, c.reason, c.n
from broadcast b
left join lateral (
    select step, what, reason, sum(n) as n from broadcast_count where broadcast = b.number
    group by step, what, reason having sum(n) <> 0
) c on true
where b.number = %(broadcast)s

-- name: held
-- Few at a time, in an index of their own; `offset 0`: never by the million of a run.
select count(*) filter (where doubt_at is null), count(*) filter (where doubt_at is not null)
from (select run, doubt_at from message_open where claimed_by is not null offset 0) held
where run = %(run)s

-- name: crowded
select broadcast from broadcast_count group by broadcast having count(*) > %(rows)s

-- name: fold
with gone as (
    delete from broadcast_count where broadcast = %(broadcast)s returning step, what, reason, n
)
insert into broadcast_count (broadcast, step, what, reason, n)
select %(broadcast)s, step, what, reason, sum(n) from gone
group by step, what, reason having sum(n) <> 0
