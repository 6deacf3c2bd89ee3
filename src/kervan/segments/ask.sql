-- name: zones
-- Most people's first, which are asked for first. Of people who are gone too, and of older
-- versions: zones that nobody lives in do no harm.
SELECT zone FROM people GROUP BY zone ORDER BY count() DESC, zone

-- What stands after SELECT in a compiled statement, where `members` is a bitmap.

-- name: count
bitmapCardinality(members) AS count

-- name: sample
-- The same people for the same members, whoever else joined: of everybody the first by a hash.
arraySlice(arrayPartialSort(person -> intHash64(person), {size:UInt32}, bitmapToArray(members)),
    1, {size:UInt32}) AS sample

-- name: shared
bitmapAndCardinality(members, {others})

-- name: members
arrayJoin(bitmapToArray(members)) AS person
