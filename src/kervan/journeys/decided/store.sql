-- name: append
insert into journey_decided (rows, block) values (%(rows)s, %(block)s)

-- name: waiting
-- The oldest blocks, at most so many rows of them (but one block always). One process at a time
-- carries them over; who reads meanwhile is not kept from it.
select id, rows, block from (
    select id, rows, block, sum(rows) over (order by id) - rows as before
    from (select * from journey_decided order by id limit 1000) as oldest
) as counted
where before < %(rows)s
order by id

-- name: done
delete from journey_decided where id = any(%(ids)s::bigint[])
