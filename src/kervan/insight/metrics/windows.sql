-- name: all
select channel, click_seconds, delivered_seconds from attribution_window order by channel

-- name: put
insert into attribution_window (channel, click_seconds, delivered_seconds)
values (%(channel)s, %(click)s, %(delivered)s)
on conflict (channel) do update
set click_seconds = excluded.click_seconds, delivered_seconds = excluded.delivered_seconds
