-- name: hold
-- One judge at a time: two would each see half of the same complaints.
select pg_advisory_xact_lock(1801812581, 0)

-- name: figures
-- What was accepted, what complained and what failed since the window began or all was forgiven.
with since as (
    select g.domain, g.brand, greatest(%(since)s::timestamptz, s.forgiven_at) as at,
        coalesce(s.complaints, 0) as complaints, coalesce(s.bounces, 0) as bounces
    from (
        select domain, brand from mail_tally where hour >= %(since)s
        union select domain, brand from mail_standing
    ) g left join mail_standing s using (domain, brand)
)
select b.domain, b.brand, b.complaints, b.bounces,
    (select coalesce(sum(t.accepted), 0)::bigint from mail_tally t
     where t.domain = b.domain and t.brand = b.brand and t.hour >= b.at),
    (select count(*) from mail_report r
     where r.domain = b.domain and r.brand = b.brand and r.at >= b.at and r.kind = 'complaint'
        and r.settled_at is not null),
    (select count(*) from mail_report r
     where r.domain = b.domain and r.brand = b.brand and r.at >= b.at and r.kind <> 'complaint'
        and r.settled_at is not null)
from since b where b.domain <> '' order by b.domain, b.brand

-- name: level
insert into mail_standing (domain, brand, complaints, bounces)
values (%(domain)s, %(brand)s, %(complaints)s, %(bounces)s)
on conflict (domain, brand)
do update set complaints = excluded.complaints, bounces = excluded.bounces

-- name: notice
insert into mail_notice (at, what, domain, brand, share, accepted, reports)
values (%(at)s, %(what)s, %(domain)s, %(brand)s, %(share)s, %(accepted)s, %(reports)s)

-- name: notices
select id, at, what, domain, brand, share, accepted, reports from mail_notice
where id < %(before)s order by id desc limit %(limit)s

-- name: forgive
update mail_standing set forgiven_at = %(at)s, complaints = 0
where domain = %(domain)s and brand = %(brand)s
