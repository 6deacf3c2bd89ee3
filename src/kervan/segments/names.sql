-- name: events
SELECT name, count() AS times FROM events GROUP BY name
ORDER BY times DESC, name LIMIT {most:UInt32}

-- name: traits
-- Of the people who came last, and of the first ones: a name hardly lies between.
SELECT distinctJSONPathsAndTypes(traits) FROM people
WHERE person <= {some:UInt32} OR person + {some:UInt32} > (SELECT max(person) FROM people)

-- name: properties
-- Of some events of each name, the reading of which ends early.
SELECT distinctJSONPathsAndTypes(properties) FROM (
    SELECT properties FROM events
    WHERE at >= fromUnixTimestamp64Milli({since_ms:Int64})
        AND (empty({names:Array(String)}) OR name IN {names:Array(String)})
    LIMIT {each:UInt32} BY name
)
