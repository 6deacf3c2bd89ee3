-- name: count_batch
-- Only the parts whose min-max index may hold the batch are read.
SELECT count() FROM {table} WHERE batch = {batch:UInt64}

-- name: delete_batch
ALTER TABLE {table} DELETE WHERE batch = {batch:UInt64} SETTINGS mutations_sync = 2

-- name: running
SELECT count() FROM system.processes WHERE startsWith(query_id, {prefix:String})

-- name: reload_links
SYSTEM RELOAD DICTIONARY session_person
