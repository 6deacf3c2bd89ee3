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
join lateral (
    select wanted.head as person
    union all
    select person from profile where merged_into = wanted.head
) atom on true
join slot s on s.person = atom.person and s.at > %(since)s and s.class = any(%(classes)s)
join message m on m.id = s.message
left join message_open o on o.message = s.message
where m.state in (2, 3, 9, 10)
   or (m.state = 0 and o.claimed_by is not null and o.attempt = s.attempt)

-- name: take
insert into slot (message, attempt, person, at, channel, class, topic, brand)
select * from unnest(%(messages)s::uuid[], %(attempts)s::integer[], %(people)s::integer[],
    %(at)s::timestamptz[], %(channels)s::text[], %(classes)s::text[], %(topics)s::text[],
    %(brands)s::text[])
on conflict (message) do update set attempt = excluded.attempt, person = excluded.person,
    at = excluded.at, channel = excluded.channel

-- name: counts
select from slot s join message m on m.id = s.message
left join message_open o on o.message = s.message
where s.message = %(message)s and (m.state in (2, 3, 9, 10)
    or (m.state = 0 and o.claimed_by is not null and o.attempt = s.attempt))

-- name: tidy
delete from slot where at < %(before)s
