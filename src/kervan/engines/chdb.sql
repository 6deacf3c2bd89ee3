-- name: version
SELECT version()

-- name: kill
-- Finds a query by the comment its front gave it; the engine chooses the ids itself.
KILL QUERY WHERE Settings['log_comment'] = {comment:String} ASYNC

-- name: external_table
-- {table} is checked to be a plain name, {structure} comes from the client's own query.
CREATE TEMPORARY TABLE {table} ({structure})

-- name: external_rows
INSERT INTO {table}
