-- name: stored
SELECT count() FROM people WHERE version = {version:UInt64}
