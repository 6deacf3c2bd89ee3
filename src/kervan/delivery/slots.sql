-- name: add_people
insert into paced (person)
select person from unnest(%(people)s::integer[]) as wanted (person)
where not exists (select from paced p where p.person = wanted.person)
order by person
on conflict do nothing

-- name: hold
select from paced where person = any(%(people)s::integer[]) order by person for no key update

-- name: past
-- A place counts while its attempt is under way or in doubt, and for good once the message went,
-- or may have: 2 accepted, 3 delivered, 9 unknown, 10 with its provider.
select wanted.place::int, (extract(epoch from s.at) * 1000)::bigint, s.channel, s.topic, s.brand
from unnest(%(heads)s::integer[]) with ordinality as wanted (head, place)
cross join lateral (
    select wanted.head as person
    union all
    select person from profile where merged_into = wanted.head
) atom
-- `offset 0`: never the whole table for a batch, whatever the statistics of a young table say
cross join lateral (
    select * from slot s
    where s.person = atom.person and s.at > %(since)s and s.class = any(%(classes)s) offset 0
) s
cross join lateral (select m.state from message m where m.id = s.message offset 0) m
left join lateral (
    select o.claimed_by, o.attempt from message_open o where o.message = s.message offset 0
) o on true
where m.state in (2, 3, 9, 10)
   or (m.state = 0 and o.claimed_by is not null and o.attempt = s.attempt)

-- name: take
insert into slot (message, attempt, person, at, channel, class, topic, brand)
select g.message, g.attempt, g.person, to_timestamp(g.at / 1000.0), g.channel, g.class, g.topic,
    g.brand
from unnest(%(messages)s::uuid[], %(attempts)s::integer[], %(people)s::integer[],
    %(at)s::bigint[], %(channels)s::text[], %(classes)s::text[], %(topics)s::text[],
    %(brands)s::text[])
    as g (message, attempt, person, at, channel, class, topic, brand)
on conflict (message) do update set attempt = excluded.attempt, person = excluded.person,
    at = excluded.at, channel = excluded.channel

-- name: counts
select from slot s join message m on m.id = s.message
left join message_open o on o.message = s.message
where s.message = %(message)s and (m.state in (2, 3, 9, 10)
    or (m.state = 0 and o.claimed_by is not null and o.attempt = s.attempt))

-- name: tidy
delete from slot where at < %(before)s
