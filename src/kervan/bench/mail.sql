-- name: open_messages
select count(*) from message_open

-- name: states
select state, count(*) from message group by 1

-- name: template
select (templates ->> %(step)s)::bigint from journey_version where state = 'live'

-- name: forget
-- Messages that were written to look at, not to send.
delete from message_open
