-- name: known
select hash, person, trusted, last_seen_at, gone_at from push_token where hash = any(%(hashes)s)

-- name: register
-- The later word wins, whatever the order in which they come.
insert into push_token as t
    (hash, person, platform, sealed, trusted, registered_at, last_seen_at)
select * from unnest(
    %(hashes)s::uuid[], %(people)s::integer[], %(platforms)s::smallint[], %(sealed)s::bytea[],
    %(trusted)s::boolean[], %(at)s::timestamptz[], %(at)s::timestamptz[]
)
on conflict (hash) do update set
    person = excluded.person,
    sealed = excluded.sealed,
    trusted = excluded.trusted,
    registered_at = case
        when t.person = excluded.person and t.gone_at is null then t.registered_at
        else excluded.registered_at
    end,
    last_seen_at = excluded.last_seen_at,
    gone_at = null
where excluded.last_seen_at > t.last_seen_at
    and (t.gone_at is null or t.gone_at < excluded.last_seen_at)

-- name: drop_oldest
delete from push_token t using (
    select hash, row_number() over (
        partition by person order by gone_at is null desc, last_seen_at desc, hash
    ) as place
    from push_token where person = any(%(people)s)
) ranked
where t.hash = ranked.hash and ranked.place > %(most)s

-- name: of_people
select coalesce(p.merged_into, p.person), t.platform, t.sealed, p.key, t.hash, t.trusted,
    t.registered_at, t.last_seen_at
from profile p join push_token t on t.person = p.person
where (p.person = any(%(people)s) or p.merged_into = any(%(people)s))
    and t.platform = any(%(platforms)s) and t.gone_at is null
order by t.last_seen_at desc, t.hash

-- name: gone
update push_token t set gone_at = g.at
from unnest(%(hashes)s::uuid[], %(at)s::timestamptz[]) as g (hash, at)
where t.hash = g.hash and t.gone_at is null and t.last_seen_at <= g.at

-- name: owner
select person, trusted from push_token where hash = %(hash)s

-- name: forget
delete from push_token where hash = %(hash)s
