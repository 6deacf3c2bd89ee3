-- name: reserve_visits
-- So that visits that begin from now on are none of those that are written beside Kervan.
select setval(pg_get_serial_sequence('session', 'number'), %(last)s)

-- name: give_visits
insert into session (number, anonymous, first_at, last_at, person)
overriding system value
select given.number, gen_random_uuid(), %(at)s, %(at)s, given.person
from unnest(%(numbers)s::bigint[], %(people)s::integer[]) as given (number, person)

-- name: visits
SELECT session, argMax(person, version) FROM session_link GROUP BY session

-- name: marked
select (select count(*) from mirror_mark) + (select count(*) from touched)
