-- name: atoms
select p.person, coalesce(p.merged_into, p.person) from profile p
where p.person = any(%(heads)s::integer[]) or p.merged_into = any(%(heads)s::integer[])

-- name: visits
-- Without the second condition the index, which leaves out nobody's sessions, is of no use to a plan
-- that is made before the people are known: thousands of them were then looked for in each row.
select number, person from session where person = any(%(atoms)s::integer[]) and person <> 0

-- name: people
SELECT people.person AS person, zone, language, country, toUnixTimestamp64Milli(known_since) AS known_since_ms,
    birthday, address, verified, suppressed, consents, toJSONString(traits) AS traits, moments
FROM people FINAL
WHERE person IN {heads:Array(UInt32)} AND NOT gone
ORDER BY person

-- name: scores
SELECT scores.person AS person, rfm_recency, rfm_frequency, rfm_monetary, rfm_group, life_cycle,
    engagement, scores
FROM scores FINAL
WHERE person IN {heads:Array(UInt32)}

-- name: lists
SELECT list, person FROM list_members FINAL
WHERE list IN {lists:Array(UInt32)} AND person IN {atoms:Array(UInt32)} AND NOT gone

-- name: events
SELECT person, session, toUnixTimestamp64Milli(at) AS at_ms, event_id, name, channel, currency,
    order_id, value_minor{columns}
FROM events_by_person
WHERE {whose} AND name IN {names:Array(String)}
    -- after which instant events of each name may still matter
    AND toUnixTimestamp64Milli(at) > transform(name, {names:Array(String)}, {after:Array(Int64)}, 0)

-- name: of_atoms
person IN {atoms:Array(UInt32)}

-- name: of_visits
-- Anonymous events lie by time; the numbers of visits rise with it, so an index finds their places.
person = 0 AND session IN {visits:Array(UInt64)}

-- name: way
JSONExtractRaw({said}, {steps})

-- name: said
-- Only what is read is taken apart: most events are asked for nothing but their name and time.
if(name IN {{readers}:Array(String)}, properties, '')

-- name: property
, arrayFirst(raw -> raw NOT IN ('', 'null') AND NOT startsWith(raw, '{'), [{ways}]) AS {name}

-- name: line
, arrayMap(line -> arrayFirst(raw -> raw NOT IN ('', 'null') AND NOT startsWith(raw, '{'),
    [{ways}]), {lines}) AS {name}

-- name: lines
if(name IN {line_readers:Array(String)},
    if(notEmpty(JSONExtractArrayRaw({said}, 'products'))
            AND arrayAll(one -> startsWith(one, '{'), JSONExtractArrayRaw({said}, 'products')),
        JSONExtractArrayRaw({said}, 'products'), [properties]),
    [])
