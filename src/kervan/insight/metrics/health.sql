-- name: intake
-- What was taken in and is not processed: since when (null for nothing), and what history lacks.
select
    (select min(received_at) from kervan.intake
        where workspace = w.id and not bulk and batch is null),
    (select min(created_at) from kervan.batch where workspace = w.id),
    (select count(*) from (
        select from kervan.dead_letter
        where workspace = w.id and resent_at is null and received_at >= %(since)s limit 1000
    ) found)
from kervan.workspace w where w.key = %(workspace)s

-- name: late
-- Messages that were due for a while and that no sender took.
select count(*) from (
    select from message_open
    where claimed_by is null and doubt_at is null and held is null and due_at < %(before)s
    limit 1000
) found
