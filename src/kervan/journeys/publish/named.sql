-- name: in_use
-- The texts that people are in or may enter.
select version.text from journey_version as version
where version.id in (select live_version from journey)
    or (version.state = 'replaced'
        and version.id in (select distinct r.version from journey_run r where r.state = 1))
