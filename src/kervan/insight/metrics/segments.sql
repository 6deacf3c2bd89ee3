-- name: live
select s.number, s.key, s.name from segment s join segment_live l on l.segment = s.number
where s.state = 'active' order by s.number

-- name: inside
select person, inside from membership where person = any(%(people)s::integer[])
