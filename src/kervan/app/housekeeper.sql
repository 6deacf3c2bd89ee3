-- name: be_housekeeper
-- One of an installation's workers does the chores of a workspace; who loses its connection loses
-- the place in the same instant.
select pg_try_advisory_lock(hashtext('kervan ' || %(name)s), hashtext(%(workspace)s))
