-- name: recent
-- What a sender holds counts too: it may be leaving at this moment.
select atom.head, count(*)
from unnest(%(heads)s::integer[], %(since)s::timestamptz[]) as wanted (head, since)
join lateral (
    select wanted.head as person, wanted.head
    union all
    select person, merged_into from profile where merged_into = wanted.head
) atom on true
join message m on m.person = atom.person and m.class = 'marketing'
    and not m.id = any(%(mine)s::uuid[])
left join message_open o on o.message = m.id and o.claimed_by is not null
where (m.state in (2, 3, 10) and m.handed_at > wanted.since) or (m.state = 0 and o.message is not null)
group by 1
