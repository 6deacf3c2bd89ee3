-- name: current
select definition from mail_rules

-- name: save
insert into mail_rules (definition, author, changed_at)
values (%(definition)s, %(author)s, %(at)s)
on conflict (one) do update set definition = excluded.definition, author = excluded.author,
    changed_at = excluded.changed_at
