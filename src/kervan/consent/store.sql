-- name: record
-- A repeated event adds nothing. The state follows the person's own time; at the same instant
-- the refusal wins.
with added as (
    insert into consent_event
        (person, channel, purpose, granted, at, source, notice, event_id, recorded_at)
    select n.*, %(now)s from unnest(%(people)s::integer[], %(channels)s::text[],
        %(purposes)s::text[], %(granted)s::boolean[], %(at)s::timestamptz[],
        %(sources)s::integer[], %(notices)s::text[], %(event_ids)s::uuid[]) as n
    on conflict (event_id) do nothing
    returning id, person, channel, purpose, granted, at
), latest as (
    select distinct on (person, channel, purpose) * from added
    order by person, channel, purpose, at desc, granted, id desc
)
insert into consent_state (person, channel, purpose, granted, at, consent_event)
select person, channel, purpose, granted, at, id from latest
on conflict (person, channel, purpose) do update
set granted = excluded.granted, at = excluded.at, consent_event = excluded.consent_event
where (excluded.at, not excluded.granted) > (consent_state.at, not consent_state.granted)

-- name: allowed
select person, consent_event from consent_state
where person = any(%(people)s) and channel = %(channel)s and purpose = %(purpose)s and granted
