-- name: write
insert into gate_decision (message, attempt, at, channel, verdict, reason, until, consent_event,
    policy, facts)
select g.message, g.attempt, g.at, g.channel, g.verdict, g.reason, g.until, nullif(g.consent, 0),
    nullif(g.policy, 0), g.facts::jsonb
from unnest(%(messages)s::uuid[], %(attempts)s::integer[], %(at)s::timestamptz[],
    %(channels)s::text[], %(verdicts)s::smallint[], %(reasons)s::smallint[],
    %(untils)s::timestamptz[], %(consents)s::bigint[], %(policies)s::bigint[], %(facts)s::text[])
    as g (message, attempt, at, channel, verdict, reason, until, consent, policy, facts)

-- name: of_message
select attempt, at, channel, verdict, reason, until, coalesce(consent_event, 0),
    coalesce(policy, 0), coalesce(facts, '{}')
from gate_decision where message = %(message)s order by at, attempt
