-- name: lock
select pg_advisory_xact_lock(hashtextextended('journey draft ' || %(key)s, 0))

-- name: one
select key, text, base, edition, at, by from journey_draft where key = %(key)s

-- name: every
select key, text, base, edition, at, by from journey_draft order by key

-- name: write
insert into journey_draft (key, text, base, edition, at, by)
values (%(key)s, %(text)s, %(base)s, %(edition)s, %(at)s, %(by)s)
on conflict (key) do update set text = excluded.text, edition = excluded.edition,
    at = excluded.at, by = excluded.by

-- name: drop
delete from journey_draft where key = %(key)s
