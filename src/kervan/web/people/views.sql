-- name: mine
select id, name, view, changed_at from kervan.people_view
where owner = %(owner)s and workspace = %(workspace)s
order by lower(name), id

-- name: count
select count(*) from kervan.people_view
where owner = %(owner)s and workspace = %(workspace)s and id <> %(id)s

-- name: keep
insert into kervan.people_view (id, workspace, owner, name, view, changed_at)
values (%(id)s, %(workspace)s, %(owner)s, %(name)s, %(view)s, %(at)s)
on conflict (id) do update
set name = excluded.name, view = excluded.view, changed_at = excluded.changed_at
where people_view.owner = excluded.owner and people_view.workspace = excluded.workspace

-- name: drop
delete from kervan.people_view
where id = %(id)s and owner = %(owner)s and workspace = %(workspace)s
