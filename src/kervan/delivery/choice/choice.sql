-- name: sent
-- The latest messages that went to people, under any atom of their profiles.
select atom.head, m.channel, (extract(epoch from m.handed_at) * 1000)::bigint,
    (extract(epoch from m.clicked_at) * 1000)::bigint
from unnest(%(heads)s::integer[]) as wanted (head)
join lateral (
    select wanted.head as person, wanted.head
    union all
    select person, merged_into from profile where merged_into = wanted.head
) atom on true
join lateral (
    select channel, handed_at, clicked_at from message
    where person = atom.person and state in (2, 3, 10) and class <> 'test'
        and handed_at > %(since)s
        and class <> 'test'
    order by handed_at desc limit %(most)s
) m on true

-- name: deeds
-- What they wrote (with the channel) and ordered (without one).
with atom as (
    select wanted.head as person, wanted.head
    from unnest(%(heads)s::integer[]) as wanted (head)
    union all
    select p.person, p.merged_into from profile p where p.merged_into = any(%(heads)s::integer[])
)
select atom.head, i.channel, (extract(epoch from i.at) * 1000)::bigint
from atom join inbound_message i on i.person = atom.person and i.person <> 0
where i.at > %(since)s
union all
select atom.head, '', (extract(epoch from b.placed_at) * 1000)::bigint
from atom join purchase b on b.person = atom.person
where b.placed_at > %(since)s

-- name: prior
select level, channel, share, weight from choice_prior order by channel, level

-- name: hours
select level, hours from choice_hours

-- name: learnt
select at, people from choice_learnt

-- name: forget_prior
delete from choice_prior

-- name: keep_prior
insert into choice_prior (level, channel, share, weight)
select * from unnest(%(levels)s::text[], %(channels)s::text[], %(shares)s::double precision[],
    %(weights)s::double precision[])

-- name: keep_hours
insert into choice_hours (level, hours) values (%(level)s, %(hours)s)
on conflict (level) do update set hours = excluded.hours

-- name: keep_learnt
insert into choice_learnt (at, people) values (%(at)s, %(people)s)
on conflict (one) do update set at = excluded.at, people = excluded.people
