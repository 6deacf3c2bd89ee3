-- name: since
select least(
    (select min(handed_at) from message_handed where account = %(account)s),
    (select polled_at from account_poll where account = %(account)s))

-- name: polled
insert into account_poll (account, polled_at) values (%(account)s, %(at)s)
on conflict (account) do update set polled_at = excluded.polled_at
