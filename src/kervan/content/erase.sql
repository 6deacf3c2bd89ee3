-- name: delete_touches
delete from touch where person = any(%(people)s)
