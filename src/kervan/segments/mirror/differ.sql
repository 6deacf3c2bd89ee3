-- name: heads_after
select person from profile where person > %(after)s order by person limit %(limit)s

-- name: marked
select distinct unnest(people) from mirror_mark

-- name: expected
CREATE TABLE {expected} AS people ENGINE = Memory

-- name: compare
-- Whose latest row says anything else than it should, or is missing, or should not be there.
SELECT coalesce(nullIf(mine.person, 0), theirs.person) AS who
FROM (
    SELECT people.person AS person, {facts} AS facts FROM people FINAL
    WHERE person > {after:UInt32} AND person <= {until:UInt32} AND NOT gone
) AS mine
FULL OUTER JOIN (
    SELECT {expected}.person AS person, {facts} AS facts FROM {expected} WHERE NOT gone
) AS theirs ON mine.person = theirs.person
WHERE mine.facts != theirs.facts
ORDER BY who

-- name: facts
-- A map is a set of pairs, in whatever order.
toJSONString((known_since, zone, language, country, birthday, address, verified, suppressed,
    arraySort(arrayZip(mapKeys(consents), mapValues(consents))),
    arraySort(arrayZip(mapKeys(moments), mapValues(moments))), toJSONString(traits)))

-- name: forget
TRUNCATE TABLE {expected}

-- name: drop
DROP TABLE IF EXISTS {expected} SYNC
