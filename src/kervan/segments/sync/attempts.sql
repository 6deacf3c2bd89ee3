-- name: write
insert into segment_sync_attempt (segment, batch, sequence, attempt, url, added, removed, at,
    took_ms, problem, next_at)
values (%(segment)s, %(batch)s, %(sequence)s, %(attempt)s, %(url)s, %(added)s, %(removed)s, %(at)s,
    %(took_ms)s, %(problem)s, %(next_at)s)

-- name: forget
delete from segment_sync_attempt
where segment = %(segment)s and id <= (
    select id from segment_sync_attempt where segment = %(segment)s
    order by id desc offset %(kept)s limit 1
)

-- name: latest
select a.id, d.key, d.name, a.batch, a.sequence, a.attempt, a.url, a.added, a.removed, a.at,
    a.took_ms, a.problem, a.next_at
from segment_sync_attempt a join segment d on d.number = a.segment
where (%(segment)s = '' or d.key = %(segment)s) and (%(before)s = 0 or a.id < %(before)s)
order by a.id desc limit %(limit)s
