-- name: read
select language, paused_until, most, most_days from preference where contact = %(contact)s

-- name: save
insert into preference (contact, contact_kind, language, paused_until, most, most_days, changed_at)
values (%(contact)s, %(kind)s, %(language)s, %(paused_until)s, %(most)s, %(most_days)s, %(at)s)
on conflict (contact) do update set language = excluded.language,
    paused_until = excluded.paused_until, most = excluded.most, most_days = excluded.most_days,
    changed_at = excluded.changed_at

-- name: of_people
-- Whatever address she chose it at; the language is that of her latest choice.
select atom.head,
    coalesce((array_agg(p.language order by p.changed_at desc)
        filter (where p.language <> ''))[1], ''),
    max(p.paused_until),
    (array_agg(p.most order by p.most::real / nullif(p.most_days, 0)) filter (where p.most > 0))[1],
    (array_agg(p.most_days order by p.most::real / nullif(p.most_days, 0)) filter (where p.most > 0))[1]
from (
    select one as person, one as head from unnest(%(people)s::integer[]) as one
    union all
    select person, merged_into from profile where merged_into = any(%(people)s::integer[])
) atom
join identifier i on i.person = atom.person and i.kind in (2, 3)
join preference p on p.contact = i.hash
group by atom.head

-- name: topics
select key, names from preference_topic order by place, key

-- name: drop_topics
delete from preference_topic

-- name: add_topics
insert into preference_topic (key, place, names)
select key, place, names::jsonb from unnest(%(keys)s::text[], %(names)s::text[])
    with ordinality as t (key, names, place)

-- name: words
-- A refusal that names no brand is one of every brand.
select distinct on (contact, channel, topic)
    channel, topic, status, occurred_at, expires_at, consent_event, contact
from consent_state
where contact = any(%(contacts)s::uuid[]) and purpose = 'marketing'
    and (brand = %(brand)s or (brand = '' and status in ('denied', 'withdrawn')))
order by contact, channel, topic, occurred_at desc, brand

-- name: points
-- Her addresses on each kind, the one messages go to first (like profiles' contacts).
select i.kind, i.hash, i.person, i.sealed, p.key, i.verified_at
from identifier i join profile p on p.person = i.person
where i.kind in (2, 3) and (i.person = %(head)s
    or i.person in (select person from profile where merged_into = %(head)s))
order by i.kind, i.verified_at desc nulls last, i.claimed_at desc, i.hash

-- name: erase
delete from preference where contact = any(%(contacts)s)

-- name: erase_mails
delete from consent_mail
where person = any(%(people)s::integer[]) or contact = any(%(contacts)s)
