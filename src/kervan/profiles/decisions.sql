-- name: of_people
select d.id, d.at, d.what, d.person, d.other, d.kind, d.reason, d.actor,
    coalesce(p.id::text, ''), coalesce(o.id::text, '')
from identity_decision d
left join profile p on p.person = d.person
left join profile o on o.person = d.other
where (d.person = any(%(people)s::integer[])
        or (d.other = any(%(people)s::integer[]) and d.other <> 0))
    and d.at <= %(until)s
order by d.at desc, d.id desc limit %(limit)s

-- name: visits
-- Ends are kept by the minute, and a late event may lie a little beside them.
select number, (extract(epoch from first_at) * 1000)::bigint,
    (extract(epoch from last_at) * 1000)::bigint
from session where person = any(%(people)s::integer[]) and person <> 0
order by last_at desc, number desc limit %(limit)s

-- name: ids
select person, id from profile where person = any(%(people)s::integer[])
