-- name: hold
-- Two that add an address wait for each other; senders read on.
lock table seed in share row exclusive mode

-- name: add
insert into seed (id, channel, name, contact, key, sealed, added_by, added_at)
values (%(id)s, %(channel)s, %(name)s, %(contact)s, %(key)s, %(sealed)s, %(by)s, %(at)s)
on conflict (channel, contact) do update set name = excluded.name

-- name: remove
delete from seed where id = %(id)s

-- name: every
select id, channel, name, contact, key, sealed, added_by, added_at from seed
order by channel, name, id

-- name: find
select contact, key, sealed from seed
where channel = %(channel)s and contact = any(%(contacts)s::uuid[])

-- name: messages
select key, id from message where key = any(%(keys)s::bytea[])
