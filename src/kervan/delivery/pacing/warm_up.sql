-- name: hold
-- Whoever gives places of an account's day away is alone.
select pg_advisory_xact_lock(1801812582, hashtext(%(account)s))

-- name: taken
select count(*) from mail_warm_up where account = %(account)s and day = %(day)s

-- name: mine
select message from mail_warm_up
where message = any(%(messages)s::uuid[]) and account = %(account)s and day = %(day)s

-- name: take
insert into mail_warm_up (message, account, day)
select message, %(account)s, %(day)s from unnest(%(messages)s::uuid[]) as g (message)
on conflict (message) do update set account = excluded.account, day = excluded.day

-- name: tidy
delete from mail_warm_up where day < %(before)s
