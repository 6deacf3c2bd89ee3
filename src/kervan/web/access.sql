-- name: add_link
insert into kervan.sign_in_link (hash, created_at, expires_at)
values (%(hash)s, %(now)s, %(expires)s)

-- name: use_link
update kervan.sign_in_link set used_at = %(now)s
where hash = %(hash)s and used_at is null and expires_at > %(now)s

-- name: add_session
insert into kervan.web_session (hash, created_at, expires_at)
values (%(hash)s, %(now)s, %(expires)s)

-- name: add_token
insert into kervan.api_token (hash, name, created_at) values (%(hash)s, %(name)s, %(now)s)

-- name: good_token
select 1 from kervan.api_token
where hash = %(hash)s and revoked_at is null and created_at <= %(now)s

-- name: good_session
select 1 from kervan.web_session where hash = %(hash)s and expires_at > %(now)s
