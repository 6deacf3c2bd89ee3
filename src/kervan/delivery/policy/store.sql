-- name: hold
lock table policy_version in share row exclusive mode

-- name: in_force
select id, number, definition, author, valid_from, valid_until from policy_version
where key = %(key)s and valid_from <= %(at)s and (valid_until is null or valid_until > %(at)s)
order by number desc limit 1

-- name: current
select id, definition from policy_version where key = %(key)s and valid_until is null

-- name: by_id
select id, number, definition, author, valid_from, valid_until from policy_version
where id = %(id)s

-- name: versions
select id, number, definition, author, valid_from, valid_until from policy_version
where key = %(key)s order by number desc

-- name: end
update policy_version set valid_until = greatest(%(at)s, valid_from)
where key = %(key)s and valid_until is null

-- name: add
insert into policy_version (key, number, definition, author, valid_from)
values (%(key)s, %(number)s, %(definition)s, %(author)s, %(at)s)
