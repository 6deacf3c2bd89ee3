-- name: runs
-- Her journeys, whoever she has been, the latest first; where a run stands is by its step's place.
select r.run, j.key, v.number, v.text, r.state, r.step, r.entered_at, r.step_at,
    case when r.due_at < 'infinity' then r.due_at end,
    case when r.goal_at < 'infinity' then r.goal_at end, r.ghost
from journey_run r
join journey_version v on v.id = r.version
join journey j on j.id = v.journey
where r.person = any(%(people)s::integer[])
order by r.entered_at desc, r.run desc
limit %(limit)s

-- name: messages
-- What was meant for her, also what never went; a message's number holds its time.
select m.id, m.run < 0, m.journey, m.version, m.step, m.channel, m.class, m.state,
    coalesce(m.reason, ''), m.intended_at, m.handed_at, m.finished_at, o.claimed_by is not null,
    coalesce(o.held, ''), case when o.claimed_by is null then o.due_at end
from message m left join message_open o on o.message = m.id
where m.person = any(%(people)s::integer[]) and m.class <> 'test'
    and (%(before)s::uuid is null or m.id < %(before)s::uuid)
order by m.id desc
limit %(limit)s
