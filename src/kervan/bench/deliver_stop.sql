-- name: last
-- How long after an instant the last mail was handed over (negative: before it), and how many were.
select extract(epoch from max(handed_at) - %(at)s), count(handed_at) from message
