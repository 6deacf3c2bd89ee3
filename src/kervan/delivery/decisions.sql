-- name: write
insert into gate_decision (message, attempt, at, channel, verdict, reason, until, consent_event,
    policy, facts)
select g.message, g.attempt, to_timestamp(g.at / 1000.0), g.channel, g.verdict, g.reason,
    to_timestamp(nullif(g.until, 0) / 1000.0), nullif(g.consent, 0), nullif(g.policy, 0),
    nullif(g.facts, '{}'::jsonb)
from rows from (
    unnest(%(messages)s::uuid[]), unnest(%(attempts)s::integer[]), unnest(%(at)s::bigint[]),
    unnest(%(channels)s::text[]), unnest(%(verdicts)s::smallint[]),
    unnest(%(reasons)s::smallint[]), unnest(%(untils)s::bigint[]), unnest(%(consents)s::bigint[]),
    unnest(%(policies)s::bigint[]), jsonb_array_elements(%(facts)s::jsonb)
) as g (message, attempt, at, channel, verdict, reason, until, consent, policy, facts)

-- name: of_messages
select message, attempt, at, channel, verdict, reason, until, coalesce(consent_event, 0),
    coalesce(policy, 0), coalesce(facts, '{}')
from gate_decision where message = any(%(messages)s::uuid[]) order by at, attempt

-- name: expire
-- Old ones, a few at a time.
delete from gate_decision where ctid = any (array(
    select ctid from gate_decision where at < %(before)s limit %(limit)s
))
