-- name: make_bare
create table bare_probe (id integer)

-- name: bare_commit
insert into bare_probe (id) values (%(id)s)
