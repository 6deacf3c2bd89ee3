-- name: presence
select pg_try_advisory_lock_shared(%(place)s, 0)

-- name: workers
-- Every worker of this workspace holds the presence lock, shared; a dead connection holds nothing.
select count(distinct pid) from pg_locks
where locktype = 'advisory' and objsubid = 2 and granted
    and database = (select oid from pg_database where datname = current_database())
    and classid = %(place)s::bigint::oid and objid = 0

-- name: take
-- Stops at the first `count` locks it gets; the order starts elsewhere for every worker, so that
-- many of them starting together do not fight for the same buckets.
select bucket from unnest(%(buckets)s::integer[]) as bucket
where pg_try_advisory_lock(%(place)s, bucket + 1)
limit %(count)s

-- name: release
select pg_advisory_unlock(%(place)s, bucket + 1) from unnest(%(buckets)s::integer[]) as bucket
