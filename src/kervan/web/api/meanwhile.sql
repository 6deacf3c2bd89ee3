-- name: hold
select pg_advisory_xact_lock(hashtextextended(current_schema() || ' ' || %(what)s, 0))
