-- name: take
-- One more try, counted before it is judged, so that two at once are two.
insert into kervan.sign_in_tries as t (key, tries, since)
values (%(key)s, 1, %(now)s)
on conflict (key) do update set
    tries = case when t.since <= %(old)s then 1 else t.tries + 1 end,
    since = case when t.since <= %(old)s then %(now)s else t.since end
returning tries, since

-- name: forget
delete from kervan.sign_in_tries where key = %(key)s

-- name: sweep
delete from kervan.sign_in_tries where since < %(old)s
