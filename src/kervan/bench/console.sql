-- name: unfilled
select count(*) from segment s left join segment_live l on l.segment = s.number
where s.state = 'active' and l.segment is null

-- name: some_people
select id from profile order by md5(id::text) limit %(count)s
