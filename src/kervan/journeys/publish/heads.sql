-- name: standing
-- Everybody who is inside in some versions, as columns; a stopped timer counts as hers.
select array_agg(r.person), array_agg(r.version), array_agg(r.step), array_agg(r.entered_at),
    array_agg(r.step_at), array_agg(coalesce(h.due_at, r.due_at))
from journey_run r left join journey_held h on h.run = r.run
where r.version = any(%(versions)s) and r.state = 1
