-- name: clicked
-- Messages that are said again, of which the first was clicked meanwhile: by its key, which names
-- the broadcast, the leg (1: at first, 2: again) and the person.
select m.id from message m
join message f on f.key = overlay(m.key placing int4send(1) from 9)
where m.id = any(%(messages)s::uuid[]) and substr(m.key, 9, 4) = int4send(2)
    and f.clicked_at is not null

-- name: follow
update message m set person = new.head, bucket = new.head %% 256
from unnest(%(people)s::integer[], %(heads)s::integer[]) as new (person, head)
where m.person = new.person and m.id = any(%(messages)s::uuid[])

-- name: twice
-- Another message of the same leg is hers too, and it went, or is going, or comes first. Few people
-- were ever merged: theirs alone are looked at.
select m.id from message m
join lateral (
    select array(
        select m.person union all select p.person from profile p where p.merged_into = m.person
    ) as atoms
) hers on cardinality(hers.atoms) > 1
where m.id = any(%(messages)s::uuid[]) and exists (
    select from message o left join message_open w on w.message = o.id
    where o.person = any(hers.atoms) and o.run = m.run and o.id <> m.id
        and substr(o.key, 1, 12) = substr(m.key, 1, 12)
        and (o.state in (2, 3, 9, 10) or (o.state = 0 and (o.id < m.id or w.doubt_at is not null))))
