-- name: secrets
select number, good_until from onsite_secret order by number desc

-- name: end
insert into onsite_secret (number, made_at, good_until) values (%(number)s, %(at)s, %(until)s)
on conflict (number) do update set
    good_until = least(coalesce(onsite_secret.good_until, excluded.good_until), excluded.good_until)

-- name: begin
insert into onsite_secret (number, made_at) values (%(number)s, %(at)s) on conflict do nothing
