-- name: lock
-- Who starts one holds up others who do, so that there are never too many.
select pg_advisory_xact_lock(hashtextextended('journey shadow', 0))

-- name: count
select count(*) from journey_shadow where until > %(at)s and key <> %(key)s

-- name: put
insert into journey_shadow (key, text, policy, sample, seed, since, until, by, next_at)
values (%(key)s, %(text)s, %(policy)s, %(sample)s, %(seed)s, %(since)s, %(until)s, %(by)s,
    %(next_at)s)
on conflict (key) do update set text = excluded.text, policy = excluded.policy,
    sample = excluded.sample, seed = excluded.seed, since = excluded.since,
    until = excluded.until, by = excluded.by, next_at = excluded.next_at,
    tries = 0, took_ms = 0, good_until = null, report = null, problem = ''

-- name: one
select key, text, policy, sample, seed, since, until, by, next_at, tries, took_ms, good_until,
    report::text, problem
from journey_shadow where key = %(key)s

-- name: every
select key, text, policy, sample, seed, since, until, by, next_at, tries, took_ms, good_until,
    null, problem
from journey_shadow order by key

-- name: due
-- The one that has waited longest.
select key, text, policy, sample, seed, since, until, by, next_at, tries, took_ms, good_until,
    null, problem
from journey_shadow where next_at <= %(at)s order by next_at, key limit 1

-- name: begin
update journey_shadow set tries = tries + 1, next_at = %(next_at)s
where key = %(key)s and since = %(since)s

-- name: leave
update journey_shadow set tries = greatest(0, tries - 1), next_at = %(next_at)s
where key = %(key)s and since = %(since)s

-- name: keep
-- One that was started anew meanwhile keeps nothing of this play. Who has stopped one meanwhile
-- waits for a last play up to then.
update journey_shadow set tries = 0, problem = '', took_ms = %(took_ms)s, report = %(report)s,
    good_until = %(good_until)s,
    next_at = case when until <= %(good_until)s then null
        else least(%(next_at)s, until + %(late)s) end
where key = %(key)s and since = %(since)s

-- name: fail
update journey_shadow set problem = %(problem)s, took_ms = %(took_ms)s,
    next_at = case when tries >= %(most)s then null else next_at end,
    until = case when tries >= %(most)s then least(until, %(at)s) else until end
where key = %(key)s and since = %(since)s

-- name: stop
update journey_shadow set until = %(at)s, next_at = least(next_at, %(at)s + %(late)s)
where key = %(key)s and until > %(at)s

-- name: tidy
delete from journey_shadow where until < %(before)s

-- name: forget
-- The stories of people who are erased.
update journey_shadow set report = jsonb_set(report, '{sample}', coalesce((
    select jsonb_agg(one) from jsonb_array_elements(report -> 'sample') as one
    where (one ->> 'person')::bigint <> all(%(people)s)), '[]'))
where exists (
    select from jsonb_array_elements(report -> 'sample') as one
    where (one ->> 'person')::bigint = any(%(people)s))
