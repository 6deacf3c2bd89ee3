-- name: lock
-- Two may not publish the same version.
select pg_advisory_xact_lock(hashtextextended('notice ' || %(key)s, 0))

-- name: publish
with last as (
    select version, sha256 from notice
    where key = %(key)s and language = %(language)s order by version desc limit 1
)
insert into notice (key, version, language, text, sha256, valid_from, recorded_at)
select %(key)s, coalesce((select version from last), 0) + 1, %(language)s, %(text)s, %(sha256)s,
    %(valid_from)s, %(at)s
where not exists (select from last where sha256 = %(sha256)s)
returning id, key, version, language, text, sha256, valid_from

-- name: latest
select id, key, version, language, text, sha256, valid_from from notice
where key = %(key)s and language = %(language)s
  and (%(at)s::timestamptz is null or valid_from <= %(at)s)
order by version desc limit 1

-- name: by_id
select id, key, version, language, text, sha256, valid_from from notice where id = any(%(ids)s)

-- name: everything
select id, key, version, language, text, sha256, valid_from from notice
order by key, language, version
