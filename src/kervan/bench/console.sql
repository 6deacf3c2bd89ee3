-- name: unfilled
-- Segments that are not live yet, and those whose members ClickHouse has not been told of.
select count(*)
from segment s
left join segment_live l on l.segment = s.number
left join membership_kept k on k.segment = s.number and k.digest = l.digest
where s.state = 'active' and k.segment is null

-- name: some_people
select id from profile order by md5(id::text) limit %(count)s
