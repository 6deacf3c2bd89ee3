-- name: contacts
select id, contact from message where id = any(%(messages)s::uuid[]) and contact is not null
