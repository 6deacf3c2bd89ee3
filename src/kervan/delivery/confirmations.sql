-- name: by_key
select key, id from message where key = any(%(keys)s)
