-- name: keep
insert into inbound_message (account, id, channel, person, contact, kind, sealed, at, taken_at)
select %(account)s, g.id, %(channel)s, g.person, g.contact, g.kind, g.sealed, g.at, %(taken_at)s
from unnest(%(ids)s::text[], %(people)s::integer[], %(contacts)s::uuid[], %(kinds)s::text[],
    %(sealed)s::bytea[], %(at)s::timestamptz[])
    as g (id, person, contact, kind, sealed, at)
on conflict do nothing
returning id

-- name: latest
-- When each of these addresses last wrote on a channel; to block us is no writing.
select contact, max(at) from inbound_message
where contact = any(%(contacts)s::uuid[]) and channel = %(channel)s and kind <> 'blocked'
group by contact

-- name: erase
delete from inbound_message where person = any(%(people)s::integer[]) and person <> 0

-- name: disclose
select account, id, channel, kind, at, sealed, person from inbound_message
where person = any(%(people)s::integer[]) and person <> 0 order by at, id

-- name: keywords
select word from inbound_keyword

-- name: forget_keywords
delete from inbound_keyword where word <> all(%(words)s::text[])

-- name: add_keywords
insert into inbound_keyword (word) select unnest(%(words)s::text[]) on conflict do nothing
