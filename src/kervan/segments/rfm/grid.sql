-- name: scores
-- Whose rows are fixed bytes: person, and the three scores.
SELECT toUInt32(scores.person) AS person, toUInt8(rfm_recency), toUInt8(rfm_frequency),
    toUInt8(rfm_monetary)
FROM scores FINAL
WHERE rfm_recency > 0 AND scores.person IN ({known})
ORDER BY person

-- name: orders
-- The same of `orders` of tally.sql: person, how many, for how much, when the last one was.
SELECT toUInt32(person), toInt64(frequency), toInt64(monetary_minor), toInt64(last_ms)
FROM ({orders})
WHERE frequency > 0
ORDER BY person
