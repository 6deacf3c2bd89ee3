-- name: identifiers
select kind, hash, person, sealed from identifier where person = any(%(people)s) order by kind, hash

-- name: sessions
select number from session where person = any(%(people)s)

-- name: delete_claims
delete from claim where person = any(%(people)s) or hash = any(%(hashes)s)

-- name: delete_identifiers
delete from identifier where person = any(%(people)s)

-- name: delete_sessions
delete from session where person = any(%(people)s)

-- name: delete_profiles
-- With the row goes the person's key, and with it all that was ever sealed under it.
delete from profile where person = any(%(people)s)
