-- name: add
-- Nothing where the same file is there already: two that bring it at once wait for each other here.
insert into media (id, hash, token, width, height, moving, name, alt, tags, found, at, by)
values (%(id)s, %(hash)s, %(token)s, %(width)s, %(height)s, %(moving)s, %(name)s, %(alt)s, %(tags)s,
    %(found)s, %(at)s, %(by)s)
on conflict (hash) do nothing
returning id

-- name: add_file
insert into media_file (media, width, height, kind, size, body)
values (%(media)s, %(width)s, %(height)s, %(kind)s, %(size)s, %(body)s)

-- name: by_hash
select id from media where hash = %(hash)s

-- name: page
-- The newest first; `words` are all in what it is found by.
select id, token, width, height, moving, name, alt, tags, at, by, archived_at
from media
where (archived_at is not null) = %(archived)s
    and (%(before)s::uuid is null or id < %(before)s)
    and found like all (%(words)s::text[])
order by id desc limit %(limit)s

-- name: count
select count(*) from media
where (archived_at is not null) = %(archived)s and found like all (%(words)s::text[])

-- name: one
select id, token, width, height, moving, name, alt, tags, at, by, archived_at
from media where id = %(id)s

-- name: by_token
select id, token, width, height, moving, name, alt, tags, at, by, archived_at
from media where token = %(token)s

-- name: hold
select id from media where id = %(id)s for update

-- name: files
select media, width, height, kind, size from media_file where media = any(%(ids)s)
order by media, width

-- name: change
update media set name = %(name)s, alt = %(alt)s, tags = %(tags)s, found = %(found)s
where id = %(id)s

-- name: archive
update media set archived_at = %(at)s where id = %(id)s

-- name: delete
delete from media where id = %(id)s

-- name: count_gone
update media_gone set count = count + 1

-- name: gone
select count from media_gone

-- name: file
select f.body from media m join media_file f on f.media = m.id
where m.token = %(token)s and f.width = %(width)s and f.kind = %(kind)s

-- name: uses
-- The live messages and shared blocks in which addresses of these pictures stand.
select distinct s.kind, s.key, s.name, token[1]
from (
    select 'message' as kind, m.key, v.source ->> 'name' as name, v.source::text as written
    from message_definition m
    join message_definition_version v on v.message = m.id and v.number = m.live
    union all
    select 'block', b.key, v.source ->> 'name', v.source::text
    from block_definition b
    join block_definition_version v on v.block = b.id and v.number = b.live
) s, regexp_matches(s.written, '/m/([A-Za-z0-9_-]{24})/', 'g') as token
where token[1] = any(%(tokens)s)
order by s.kind, s.name, s.key

-- name: was_used
-- Whether any version of any text has ever shown it: mails that were sent show it still.
select exists (
    select from message_definition_version where position(%(place)s in source::text) > 0
    union all
    select from block_definition_version where position(%(place)s in source::text) > 0
    union all
    select from template_version where position(%(place)s in source::text) > 0
)
