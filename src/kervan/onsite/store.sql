-- name: hold
-- One row, made or not: two that apply the same campaign wait for each other here.
insert into onsite_campaign (key, changed_at) values (%(key)s, %(at)s)
on conflict (key) do update set key = excluded.key
returning id

-- name: one
select c.key, c.paused, v.number, v.source, v.warnings, v.at, v.by,
    c.archived_at
from onsite_campaign c join onsite_campaign_version v on v.campaign = c.id
where c.key = %(key)s and v.number = coalesce(%(number)s, c.live)

-- name: every
select c.key, c.paused, v.number, v.source, v.warnings, v.at, v.by,
    c.archived_at
from onsite_campaign c join onsite_campaign_version v on v.campaign = c.id and v.number = c.live
where (c.archived_at is not null) = %(archived)s
order by c.key

-- name: versions
select c.key, c.paused, v.number, v.source, v.warnings, v.at, v.by,
    c.archived_at
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
where key = %(key)s and paused <> %(paused)s and archived_at is null
returning id

-- name: archive
-- It comes back paused: nobody sees it again before somebody says so.
update onsite_campaign set archived_at = %(archived_at)s, paused = true, changed_at = %(at)s
where key = %(key)s and (archived_at is null) <> (%(archived_at)s::timestamptz is null)
returning id

-- name: known
select archived_at from onsite_campaign where key = %(key)s

-- name: edition
-- Another value whenever any campaign is: each change counts a version, or stamps a row.
select count(*), coalesce(sum(live), 0), count(*) filter (where paused),
    coalesce(max(changed_at), 'epoch') from onsite_campaign

-- name: shows
-- The campaigns in whose live text addresses of these pictures stand.
select distinct c.key, v.source ->> 'name', token[1]
from onsite_campaign c
join onsite_campaign_version v on v.campaign = c.id and v.number = c.live,
    regexp_matches(v.source::text, '/m/([A-Za-z0-9_-]{24})/', 'g') as token
where c.archived_at is null and token[1] = any(%(tokens)s)
order by 2, 1

-- name: ever_showed
-- Whether any version, or what is being written, shows it.
select exists (
    select from onsite_campaign_version where position(%(place)s in source::text) > 0
    union all
    select from onsite_draft where position(%(place)s in source) > 0
)
