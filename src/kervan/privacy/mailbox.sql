-- name: of_people
select id from message where person = any(%(people)s) and id = any(%(messages)s::uuid[])
