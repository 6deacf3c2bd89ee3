-- name: still_open
-- How many messages of a channel have not ended, and how many of them are with a sender.
select count(*), count(*) filter (where claimed_by is not null)
from message_open where channel = %(channel)s
