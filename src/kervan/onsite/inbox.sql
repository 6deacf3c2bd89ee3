-- name: keep
insert into inbox_message (message, person, sealed, at, expires_at)
select g.message, g.person, g.sealed, %(at)s, %(expires)s
from unnest(%(messages)s::uuid[], %(people)s::integer[], %(sealed)s::bytea[])
    as g (message, person, sealed)
on conflict do nothing

-- name: page
select message, place, person, sealed, at, read_at is not null
from inbox_message
where person = any(%(people)s) and place < %(before)s and archived_at is null
    and expires_at > %(at)s
order by place desc limit %(limit)s

-- name: unread
select count(*) from (
    select 1 from inbox_message
    where person = any(%(people)s) and read_at is null and archived_at is null
        and expires_at > %(at)s
    limit %(limit)s
) found

-- name: read
update inbox_message set read_at = %(at)s
where message = %(message)s and person = any(%(people)s) and read_at is null
returning message

-- name: archive
update inbox_message set archived_at = %(at)s, read_at = coalesce(read_at, %(at)s)
where message = %(message)s and person = any(%(people)s) and archived_at is null
returning message

-- name: is_hers
select 1 from inbox_message where message = %(message)s and person = any(%(people)s)

-- name: newest
-- For everybody who is listening, at once.
select person, max(place) from inbox_message where person = any(%(people)s) group by person

-- name: expire
delete from inbox_message where message in (
    select message from inbox_message where expires_at <= %(at)s order by expires_at
    limit %(limit)s
)

-- name: erase
delete from inbox_message where person = any(%(people)s)

-- name: disclose
select person, message, sealed, at, read_at, archived_at from inbox_message
where person = any(%(people)s) order by place
