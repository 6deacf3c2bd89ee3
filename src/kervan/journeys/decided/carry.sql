-- name: stored
SELECT batch, count() FROM journey_decisions WHERE batch IN {batches:Array(UInt64)} GROUP BY batch

-- name: delete_partial
ALTER TABLE journey_decisions DELETE WHERE batch IN {batches:Array(UInt64)}
SETTINGS mutations_sync = 2

-- name: running
-- The embedded engine chooses its own query ids; its front puts ours into log_comment.
SELECT count() FROM system.processes
WHERE startsWith(query_id, {prefix:String})
   OR startsWith(Settings['log_comment'], {prefix:String})
