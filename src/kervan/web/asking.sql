-- name: kill
-- The embedded engine chooses its own query ids; its front puts ours into log_comment.
KILL QUERY WHERE startsWith(query_id, {prefix:String})
    OR startsWith(Settings['log_comment'], {prefix:String}) ASYNC
