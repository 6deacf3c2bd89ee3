-- name: identifiers
select kind, hash, person, sealed from identifier where person = any(%(people)s) order by kind, hash

-- name: sessions
select number from session where person = any(%(people)s) and person <> 0

-- name: delete_names
delete from person_name where person = any(%(people)s)

-- name: delete_tokens
delete from push_token where person = any(%(people)s)

-- name: delete_claims
delete from claim where person = any(%(people)s) or hash = any(%(hashes)s)

-- name: delete_identifiers
delete from identifier where person = any(%(people)s) or atom = any(%(people)s)

-- name: delete_sessions
delete from session
where (person = any(%(people)s) and person <> 0) or (signer = any(%(people)s) and signer <> 0)

-- name: forget_decisions
-- That somebody was joined with somebody stays said, by numbers; by which value does not.
update identity_decision set hash = null
where (person = any(%(people)s) or (other = any(%(people)s) and other <> 0)) and hash is not null

-- name: delete_profiles
-- With the row goes the person's key, and with it all that was ever sealed under it.
delete from profile where person = any(%(people)s)

-- name: expire_visits
delete from session where number in (
    select number from session where last_at < %(before)s and person = 0 limit %(limit)s
)
