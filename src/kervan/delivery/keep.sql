-- name: journal
-- A message's own links are found here, also those of one that never left the house.
insert into hand_over (message, attempt, at, consent_event, links, answer, account)
select g.message, g.attempt, %(at)s, nullif(g.consent, 0),
    case when g.links = '' then '{}' else string_to_array(g.links, E'\n') end, '', %(account)s
from unnest(%(messages)s::uuid[], %(attempts)s::integer[], %(consents)s::bigint[],
    %(links)s::text[]) as g (message, attempt, consent, links)
on conflict do nothing
