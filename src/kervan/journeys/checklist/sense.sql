-- name: events
select name from event_name order by name
