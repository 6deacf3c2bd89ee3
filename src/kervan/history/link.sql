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

-- name: now
-- By ClickHouse's own clock, which stamped the links. The minute keeps together what came in
-- another order than it was decided in, so that the higher version still wins.
SELECT toString(now64(3, 'UTC') - INTERVAL 1 MINUTE)

-- name: remember
INSERT INTO link_settled VALUES ({at:String})
