-- name: frame
with made as (
    insert into said_frame (hash, body) values (%(hash)s, %(body)s)
    on conflict (hash) do nothing returning id
)
select id, true from made
union all
-- What this transaction made itself is gone again unless it is committed.
select id, xmin = pg_current_xact_id()::xid from said_frame where hash = %(hash)s
limit 1

-- name: keep
insert into message_said (message, person, frame, at, sealed)
select * from unnest(%(messages)s::uuid[], %(people)s::integer[], %(frames)s::integer[],
    %(at)s::timestamptz[], %(sealed)s::bytea[])
on conflict (message) do nothing

-- name: said
select s.message, p.key, f.id, f.body, s.at, s.sealed
from message_said s
join said_frame f on f.id = s.frame
join profile p on p.person = s.person
where s.message = any(%(messages)s::uuid[])

-- name: erase
delete from message_said where person = any(%(people)s)

-- name: expire
delete from message_said where message in (
    select message from message_said where at < %(before)s order by at limit %(limit)s)
