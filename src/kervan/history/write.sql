-- name: count_batch
-- Only the parts whose min-max index may hold the batch are read.
SELECT count() FROM {table} WHERE batch = {batch:UInt64}

-- name: count_all
-- In one question, for each costs milliseconds of planning.
SELECT
    (SELECT count() FROM events WHERE batch = {batch:UInt64}),
    (SELECT count() FROM events_by_person WHERE batch = {batch:UInt64}),
    (SELECT count() FROM session_link WHERE version = {batch:UInt64})

-- name: delete_batch
ALTER TABLE {table} DELETE WHERE batch = {batch:UInt64} SETTINGS mutations_sync = 2

-- name: running
-- The embedded engine chooses its own query ids; its front puts ours into log_comment.
SELECT count() FROM system.processes
WHERE startsWith(query_id, {prefix:String})
   OR startsWith(Settings['log_comment'], {prefix:String})
