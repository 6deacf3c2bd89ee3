-- name: hold
lock table budget_version in share row exclusive mode

-- name: current
select id, number, definition, author, valid_from from budget_version where valid_until is null

-- name: at
select id, number, definition, author, valid_from from budget_version
where valid_from <= %(at)s and (valid_until is null or valid_until > %(at)s)
order by number desc limit 1

-- name: last_number
select coalesce(max(number), 0) from budget_version

-- name: end
update budget_version set valid_until = greatest(%(at)s, valid_from) where valid_until is null

-- name: add
insert into budget_version (number, definition, author, valid_from)
values (%(number)s, %(definition)s, %(author)s, %(at)s)
