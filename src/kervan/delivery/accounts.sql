-- name: save
insert into channel_account (name, provider, channel, settings, key, secrets, place, per_second,
    in_flight, private, enabled, created_at, changed_at)
values (%(name)s, %(provider)s, %(channel)s, %(settings)s, %(key)s, %(secrets)s, %(place)s,
    %(per_second)s, %(in_flight)s, %(private)s, true, %(at)s, %(at)s)
on conflict (name) do update set provider = excluded.provider, channel = excluded.channel,
    settings = excluded.settings, key = excluded.key, secrets = excluded.secrets,
    place = excluded.place, per_second = excluded.per_second, in_flight = excluded.in_flight,
    private = excluded.private, enabled = true, changed_at = excluded.changed_at

-- name: every
select name, provider, channel, settings, key, secrets, place, per_second, in_flight, private,
    enabled, changed_at
from channel_account order by channel, place, name

-- name: one
select name, provider, channel, settings, key, secrets, place, per_second, in_flight, private,
    enabled, changed_at
from channel_account where name = %(name)s

-- name: enabled
select name from channel_account where channel = %(channel)s and enabled order by place, name

-- name: switch
update channel_account set enabled = %(enabled)s, changed_at = %(at)s where name = %(name)s

-- name: changed
select coalesce(max(changed_at), '1970-01-01Z'), count(*) from channel_account

-- name: keys
select name, key from channel_account
