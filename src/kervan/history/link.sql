-- name: count_links
SELECT uniqExact({key}) FROM {table}
WHERE {key} IN {asked:Array(UInt64)} AND version >= {version:UInt64}

-- name: outdated
SELECT DISTINCT {key} FROM {table}
WHERE {key} IN {asked:Array(UInt64)} AND version > {version:UInt64}

-- name: refresh_sessions
SYSTEM RELOAD DICTIONARY session_person_young

-- name: refresh_heads
SYSTEM RELOAD DICTIONARY person_head_young

-- name: settle_sessions
SYSTEM RELOAD DICTIONARY session_person

-- name: settle_heads
SYSTEM RELOAD DICTIONARY person_head

-- name: remember
INSERT INTO link_settled SELECT fromUnixTimestamp64Milli({at_ms:Int64})
