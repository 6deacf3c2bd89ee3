-- name: live_names
-- Names that can move somebody: of live versions, and of replaced ones with people inside.
select distinct unnest(names) from journey_version where state in ('live', 'replaced')

-- name: add_signals
copy journey_signal (at, person, bucket, name, event_id, properties) from stdin (format binary)
