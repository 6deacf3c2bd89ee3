-- name: is_marked
-- Whether what is known of some of these people is still on its way into history.
select exists (select from mirror_mark where people && %(people)s::integer[])

-- name: add_shares
insert into journey_share (place, at, ways, shares, counts, won)
values (%(place)s, %(at)s, %(ways)s, %(shares)s, %(counts)s, %(won)s)
on conflict (place, at) do nothing

-- name: shares
-- All that were ever in force at a place, the oldest first.
select at, ways, shares from journey_share where place = %(place)s order by at

-- name: last_shares
select at, ways, shares, counts, won from journey_share
where place = %(place)s order by at desc limit 1
