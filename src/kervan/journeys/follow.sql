-- name: note
-- Only what has something to follow: most people who are joined were never in a journey. Signals
-- have no index by person, so they are read only while there are some.
insert into journey_move (atom, old, new, bucket)
select given.atom, given.old, given.new, given.old %% 256
from unnest(%(atoms)s::integer[], %(olds)s::integer[], %(news)s::integer[]) with ordinality
    as given (atom, old, new, place)
where given.old <> given.new and (
    exists (select from journey_run r where r.person = given.old)
    or given.old in (select person from journey_signal)
    or given.old in (select new from journey_move)
)
order by given.place

-- name: anything
select exists (select from journey_move) or exists (select from journey_reunion)

-- name: take_moves
-- In their order: what comes to somebody and goes on from her does so one after the other.
delete from journey_move m
where m.bucket = any(%(buckets)s::smallint[])
    and not exists (select from journey_move e where e.id < m.id and e.new = m.old)
returning m.atom, m.old, m.new

-- name: move_runs
-- The runs that began as the moved atom's, wherever they are now. Their timers stand in the old
-- bucket, where they find nobody any more; new ones wait in the new one.
with given as (
    select * from unnest(%(atoms)s::integer[], %(olds)s::integer[], %(news)s::integer[])
        as given (atom, old, new)
), chosen as materialized (
    select r.run, given.atom, given.new
    from given
    join journey_run r on r.person = given.old
    left join journey_origin o on o.run = r.run
    where coalesce(o.atom, r.person) = given.atom
), away as (
    insert into journey_origin (run, atom)
    select run, atom from chosen where atom <> new
    on conflict do nothing
), home as (
    delete from journey_origin o using chosen c where o.run = c.run and c.atom = c.new
), moved as (
    update journey_run r set person = c.new
    from chosen c where r.run = c.run
    returning r.run, r.person, r.state, r.due_at
), timers as (
    insert into journey_timer (due_at, bucket, runs)
    select due_at, person %% 256, array[run] from moved where state = 1 and due_at < 'infinity'
), reunions as (
    insert into journey_reunion (person, bucket)
    select distinct person, person %% 256 from moved
    on conflict do nothing
)
select run, person from moved order by run

-- name: move_signals
update journey_signal s set person = given.new, bucket = given.new %% 256
from unnest(%(atoms)s::integer[], %(olds)s::integer[], %(news)s::integer[])
    as given (atom, old, new)
where s.person = given.old and given.atom = given.old

-- name: take_reunions
delete from journey_reunion where bucket = any(%(buckets)s::smallint[]) returning person

-- name: leave_double
-- Of several runs in one journey (for one value of `per`) the one that was entered first goes on.
with inside as (
    select r.run, row_number() over (
        partition by r.person, v.journey, r.key order by r.entered_at, r.run) as place
    from journey_run r
    join journey_version v on v.id = r.version
    where r.person = any(%(people)s) and r.state = 1
)
update journey_run r
set state = %(state)s, step_at = greatest(r.step_at, %(at)s), due_at = 'infinity'
from inside where r.run = inside.run and inside.place > 1
returning r.run, r.person, r.version, r.step, r.step_at
