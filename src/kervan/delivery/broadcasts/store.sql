-- name: one
select b.number, b.key, b.version, b.status, v.definition, v.author, v.at, b.starts_at,
    b.started_by, b.frozen, b.frozen_at, b.audience, b.phase, b.planned_to, b.test_ended_at,
    b.winner, b.resend_audience, b.finished_at, b.problem
from broadcast b join broadcast_version v on v.broadcast = b.number and v.number = b.version
where b.key = %(key)s

-- name: hold
select from broadcast where key = %(key)s for update

-- name: every
select b.number, b.key, b.version, b.status, v.definition, v.author, v.at, b.starts_at,
    b.started_by, b.frozen, b.frozen_at, b.audience, b.phase, b.planned_to, b.test_ended_at,
    b.winner, b.resend_audience, b.finished_at, b.problem
from broadcast b join broadcast_version v on v.broadcast = b.number and v.number = b.version
where b.number < %(before)s
order by b.number desc limit %(limit)s

-- name: at_work
select b.number, b.key, b.version, b.status, v.definition, v.author, v.at, b.starts_at,
    b.started_by, b.frozen, b.frozen_at, b.audience, b.phase, b.planned_to, b.test_ended_at,
    b.winner, b.resend_audience, b.finished_at, b.problem
from broadcast b join broadcast_version v on v.broadcast = b.number and v.number = b.version
where b.status in ('running', 'cancelling') or (b.status = 'scheduled' and b.starts_at <= %(at)s)
order by b.number

-- name: watched
select b.number, b.key, b.version, b.status, v.definition, v.author, v.at, b.starts_at,
    b.started_by, b.frozen, b.frozen_at, b.audience, b.phase, b.planned_to, b.test_ended_at,
    b.winner, b.resend_audience, b.finished_at, b.problem
from broadcast b join broadcast_version v on v.broadcast = b.number and v.number = b.version
where b.status in ('running', 'cancelling') or (b.status = 'scheduled' and b.starts_at <= %(at)s)
    or b.finished_at > %(since)s
order by b.number desc limit %(limit)s

-- name: put
-- A start is of the text it was given for: another text waits to be started again.
insert into broadcast (key, version) values (%(key)s, %(version)s)
on conflict (key) do update set version = excluded.version, problem = '', status = 'draft'
returning number

-- name: add_version
insert into broadcast_version (broadcast, number, definition, author, at)
values (%(broadcast)s, %(version)s, %(definition)s, %(author)s, %(at)s)

-- name: start
update broadcast
set status = 'scheduled', starts_at = %(at)s, started_by = %(by)s, problem = ''
where number = %(number)s

-- name: begin
update broadcast
set status = 'running', frozen = %(frozen)s, frozen_at = %(at)s, audience = %(audience)s,
    phase = %(phase)s, planned_to = 0
where number = %(number)s

-- name: fail
update broadcast set status = 'draft', problem = %(problem)s where number = %(number)s

-- name: advance
update broadcast set phase = %(phase)s, planned_to = %(planned_to)s where number = %(number)s

-- name: test_ended
update broadcast set test_ended_at = %(at)s where number = %(number)s

-- name: won
update broadcast set winner = %(winner)s, phase = 'rest', planned_to = 0
where number = %(number)s

-- name: grow_resend
update broadcast set resend_audience = resend_audience + %(count)s where number = %(number)s

-- name: turn
update broadcast set status = %(status)s, finished_at = %(at)s where number = %(number)s

-- name: coming
select v.definition
from broadcast b join broadcast_version v on v.broadcast = b.number and v.number = b.version
where b.status in ('draft', 'scheduled', 'running')
order by b.key
