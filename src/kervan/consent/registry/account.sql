-- name: save
insert into registry_account (brand, provider, settings, key, secrets, enabled, created_at,
    changed_at)
values (%(brand)s, %(provider)s, %(settings)s, %(key)s, %(secrets)s, true, %(at)s, %(at)s)
on conflict (brand) do update set provider = excluded.provider, settings = excluded.settings,
    key = excluded.key, secrets = excluded.secrets, enabled = true,
    changed_at = excluded.changed_at

-- name: open_progress
insert into registry_progress (brand) values (%(brand)s) on conflict do nothing

-- name: forget_cursor
-- Another provider counts its changes in another way.
update registry_progress set after = '' where brand = %(brand)s

-- name: accounts
select a.brand, a.provider, a.settings, a.key, a.secrets, a.created_at
from registry_account a where a.enabled order by a.brand

-- name: disable
update registry_account set enabled = false, changed_at = %(at)s where brand = %(brand)s

-- name: progress
select ledger_place, after, pulled_at, day_read, next_submit_at, next_check_at, next_pull_at,
    resume_at, failures, problem
from registry_progress where brand = %(brand)s

-- name: failed
update registry_progress set resume_at = %(resume)s, failures = failures + 1,
    problem = %(problem)s where brand = %(brand)s

-- name: worked
update registry_progress set failures = 0, problem = '', resume_at = '1970-01-01Z'
where brand = %(brand)s and failures > 0

-- name: submitted
update registry_progress set next_submit_at = %(next)s where brand = %(brand)s

-- name: checked
update registry_progress set next_check_at = %(next)s where brand = %(brand)s

-- name: pulled
update registry_progress set after = %(after)s, pulled_at = %(at)s, next_pull_at = %(next)s
where brand = %(brand)s

-- name: day_read
update registry_progress set day_read = %(day)s where brand = %(brand)s

-- name: keys
select brand, key from registry_account

-- name: pull_soon
update registry_progress set next_pull_at = '1970-01-01Z', resume_at = '1970-01-01Z'
where brand = %(brand)s

-- name: push_soon
update registry_progress set next_submit_at = '1970-01-01Z', resume_at = '1970-01-01Z'
where brand = %(brand)s
