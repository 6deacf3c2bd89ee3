-- name: all_live
-- When each last came back by an undo, too: meanwhile its times were not its own.
select j.id, j.key, v.number, v.text, v.created_at,
    (select max(d.at) from journey_deed d where d.journey = j.id and d.deed = 'undo')
from journey j join journey_version v on v.id = j.live_version order by j.id

-- name: before
-- The versions before one, backwards, some of them.
select text, state, created_at from journey_version
where journey = %(journey)s and number < %(number)s order by number desc limit %(limit)s

-- name: open_turn
select journey, at, segment, after from journey_turn where state = 'open' order by at, journey limit 1

-- name: last_turns
select journey, max(at) from journey_turn where journey = any(%(journeys)s) group by journey

-- name: add_turns
insert into journey_turn (journey, at, state, segment)
select %(journey)s, at, state, %(segment)s
from rows from (unnest(%(at)s::timestamptz[]), unnest(%(state)s::text[])) as given (at, state)
on conflict do nothing

-- name: move_turn
update journey_turn set after = %(after)s, people = people + %(count)s, state = %(state)s,
    reason = %(reason)s
where journey = %(journey)s and at = %(at)s

-- name: turns
select at, state, segment, people, reason from journey_turn t
join journey j on j.id = t.journey
where j.key = %(key)s order by at desc limit %(limit)s

-- name: turns_between
select j.key, t.at, t.state, t.people from journey_turn t join journey j on j.id = t.journey
where j.key = any(%(keys)s) and t.at >= %(from)s and t.at < %(to)s order by t.at, j.key

-- name: forget_turns
delete from journey_turn where at < %(before)s and state <> 'open'

-- name: looked
select journey, until, change from journey_looked where journey = any(%(journeys)s)

-- name: look
insert into journey_looked (journey, until, change) values (%(journey)s, %(until)s, %(change)s)
on conflict (journey) do update set until = excluded.until, change = excluded.change

-- name: add_request
insert into journey_call_request (key, body, at) values (%(key)s, %(body)s, %(at)s)
on conflict (key) do nothing

-- name: request
select body from journey_call_request where key = %(key)s

-- name: forget_requests
delete from journey_call_request where at < %(before)s

-- name: live
select v.text from journey j join journey_version v on v.id = j.live_version
where j.key = %(key)s

-- name: journey
select id from journey where key = %(key)s

-- name: people_of_ids
select id, coalesce(merged_into, person) from profile where id = any(%(ids)s::uuid[])
