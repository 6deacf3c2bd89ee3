-- name: keep
-- Once each; only of mails.
insert into mail_report (message, kind, account, code, at)
select g.message, g.kind, %(account)s, g.code, g.at
from unnest(%(messages)s::uuid[], %(kinds)s::text[], %(codes)s::text[], %(at)s::timestamptz[])
    as g (message, kind, code, at)
join message m on m.id = g.message and m.channel = 'email' and m.class <> 'test'
on conflict do nothing

-- name: unsettled
-- Which address it went to: the message's own, or the one whose consent let it go; hers may be
-- another one by now.
select r.message, r.kind, r.at, r.code, m.person, coalesce(m.contact, e.contact), m.brand,
    m.journey, m.version, m.step, m.run
from (
    select message, kind, at, code from mail_report where settled_at is null
    order by at limit %(limit)s for update skip locked
) r join message m on m.id = r.message
left join consent_event e
    on e.id = m.consent_event and e.channel = m.channel and e.contact_kind = 'email'
    and exists (
        select from profile p where p.person = e.person and m.person in (p.person, p.merged_into))

-- name: settle
update mail_report r set settled_at = %(at)s, contact = g.contact, brand = g.brand,
    journey = g.journey, version = g.version, domain = g.domain
from unnest(%(messages)s::uuid[], %(kinds)s::text[], %(contacts)s::uuid[], %(brands)s::text[],
    %(journeys)s::text[], %(versions)s::integer[], %(domains)s::text[])
    as g (message, kind, contact, brand, journey, version, domain)
where r.message = g.message and r.kind = g.kind

-- name: worn
-- Addresses that failed so often since then.
select contact, (array_agg(message order by at desc))[1]
from mail_report
where contact = any(%(contacts)s::uuid[]) and kind in ('soft', 'full') and at > %(since)s
group by contact having count(*) >= %(count)s

-- name: forget_people
update mail_report r set contact = null
from message m where m.id = r.message and m.person = any(%(people)s::integer[])

-- name: tidy
with gone as (delete from mail_report where at < %(before)s)
delete from mail_tally where hour < %(before)s

-- name: add_tally
insert into mail_tally (hour, domain, brand, part, accepted)
select g.hour, g.domain, g.brand, %(part)s, g.accepted
from unnest(%(hours)s::timestamptz[], %(domains)s::text[], %(brands)s::text[],
    %(counts)s::bigint[]) as g (hour, domain, brand, accepted)
on conflict (hour, domain, brand, part)
do update set accepted = mail_tally.accepted + excluded.accepted

-- name: figures
-- Accepted and what came back of it, by group of domains and brand.
with sent as (
    select domain, brand, sum(accepted)::bigint as accepted from mail_tally
    where hour >= %(since)s group by domain, brand
), told as (
    select domain, brand,
        count(*) filter (where kind = 'complaint') as complaints,
        count(*) filter (where kind = 'hard') as hard,
        count(*) filter (where kind in ('soft', 'full')) as soft,
        count(*) filter (where kind = 'policy') as policy
    from mail_report where at >= %(since)s and settled_at is not null group by domain, brand
)
select domain, brand, coalesce(accepted, 0), coalesce(complaints, 0), coalesce(hard, 0),
    coalesce(soft, 0), coalesce(policy, 0)
from sent full join told using (domain, brand) order by domain, brand

-- name: campaigns
select journey, version, kind, count(*) from mail_report
where at >= %(since)s and settled_at is not null
group by journey, version, kind order by journey, version, kind
