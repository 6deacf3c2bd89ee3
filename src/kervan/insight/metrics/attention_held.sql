-- name: held
-- Of the messages of each journey that have no end yet: how many there are, how many are put off.
select m.journey, count(*), count(*) filter (where o.held is not null)
from message_open o
join message m on m.id = o.message
where o.run >= 0
group by m.journey
