-- name: lock
select pg_advisory_xact_lock(hashtextextended('onsite draft ' || %(key)s, 0))

-- name: one
select key, source, base, edition, at, by from onsite_draft where key = %(key)s

-- name: fresh
-- Of campaigns that were never published.
select key, source, base, edition, at, by from onsite_draft d
where not exists (
    select from onsite_campaign c where c.key = d.key and c.live is not null
)
order by key

-- name: write
insert into onsite_draft (key, source, base, edition, at, by)
values (%(key)s, %(source)s, %(base)s, %(edition)s, %(at)s, %(by)s)
on conflict (key) do update set source = excluded.source, base = excluded.base,
    edition = excluded.edition, at = excluded.at, by = excluded.by

-- name: drop
delete from onsite_draft where key = %(key)s
