-- name: count
SELECT count() FROM {table} WHERE person IN {people:Array(UInt32)}

-- name: delete
-- Also the versions that newer ones stand for: they lie there until parts are merged.
ALTER TABLE {table} DELETE WHERE person IN {people:Array(UInt32)} SETTINGS mutations_sync = 2
