-- name: retire
update journey_version set state = %(state)s where id = any(%(versions)s) and state <> 'stopped'

-- name: revive
update journey_version set state = 'live' where id = %(version)s

-- name: pause
update journey set paused_at = %(at)s, pause_timers = %(timers)s where id = %(journey)s

-- name: unpause
update journey set paused_at = null where id = %(journey)s

-- name: stop
update journey set live_version = null, paused_at = null where id = %(journey)s

-- name: new_edition
update journey_edition set number = number + 1

-- name: published
-- The last publication that made the live version live and that nobody has taken back.
select d.id, d.before, v.number, v.text
from journey_deed d join journey_version v on v.id = d.before
where d.journey = %(journey)s and d.version = %(version)s and d.deed = 'publish' and not d.undone
    and v.state <> 'stopped'
order by d.id desc limit 1

-- name: undone
update journey_deed set undone = true where id = %(deed)s

-- name: queued
select count(*) from message_open o join message m on m.id = o.message
where m.journey = %(key)s and o.run > 0

-- name: timed
select count(*) from journey_run
where version = any(%(versions)s) and state = 1 and due_at < 'infinity'

-- name: set_live
update journey set live_version = %(version)s where id = %(journey)s
