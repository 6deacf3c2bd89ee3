-- name: add
insert into note (id, person, at, author, sealed)
select %(id)s, person, %(at)s, %(author)s, %(sealed)s from profile where person = %(person)s

-- name: of_people
select n.id, n.person, p.key, n.at, n.author, n.sealed
from note n join profile p on p.person = n.person
where n.person = any(%(people)s::integer[]) and n.at <= %(until)s
order by n.at desc, n.id limit %(limit)s

-- name: erase
delete from note where person = any(%(people)s::integer[])
