-- name: moved
-- How many steps everybody went: the number of her visit counts from one.
select coalesce(sum(visit), 0)::bigint, count(*), count(*) filter (where state = 2) from journey_run
