-- name: hold
-- One row, made or not: two that apply the same campaign wait for each other here.
insert into onsite_campaign (key, changed_at) values (%(key)s, %(at)s)
on conflict (key) do update set key = excluded.key
returning id

-- name: one
select c.key, c.paused, v.number, v.source, v.warnings, v.at, v.by
from onsite_campaign c join onsite_campaign_version v on v.campaign = c.id
where c.key = %(key)s and v.number = coalesce(%(number)s, c.live)

-- name: every
select c.key, c.paused, v.number, v.source, v.warnings, v.at, v.by
from onsite_campaign c join onsite_campaign_version v on v.campaign = c.id and v.number = c.live
order by c.key

-- name: versions
select c.key, c.paused, v.number, v.source, v.warnings, v.at, v.by
from onsite_campaign c join onsite_campaign_version v on v.campaign = c.id
where c.key = %(key)s order by v.number

-- name: look
select c.live, v.hash,
    (select max(number) from onsite_campaign_version where campaign = c.id)
from onsite_campaign c
left join onsite_campaign_version v on v.campaign = c.id and v.number = c.live
where c.key = %(key)s

-- name: add
insert into onsite_campaign_version (campaign, number, source, hash, warnings, at, by)
values (%(campaign)s, %(number)s, %(source)s, %(hash)s, %(warnings)s, %(at)s, %(by)s)

-- name: publish
update onsite_campaign set live = %(number)s, changed_at = %(at)s where id = %(campaign)s

-- name: pause
update onsite_campaign set paused = %(paused)s, changed_at = %(at)s
where key = %(key)s and paused <> %(paused)s
returning id

-- name: known
select 1 from onsite_campaign where key = %(key)s

-- name: edition
-- Another value whenever any campaign is: each change counts a version, or stamps a row.
select count(*), coalesce(sum(live), 0), count(*) filter (where paused),
    coalesce(max(changed_at), 'epoch') from onsite_campaign
