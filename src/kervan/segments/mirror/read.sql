-- name: atoms
-- All atoms of the profiles that these people belong to today, the heads by their own number.
with head as (
    select distinct coalesce(merged_into, person) as person
    from profile where person = any(%(people)s::integer[])
)
select p.person, head.person, p.key, p.personal, p.traits::text,
    (extract(epoch from p.created_at) * 1000)::bigint
from head join profile p on p.person = head.person
union all
select p.person, head.person, p.key, p.personal, p.traits::text,
    (extract(epoch from p.created_at) * 1000)::bigint
from head join profile p on p.merged_into = head.person

-- name: points
-- Their e-mails and phones; of each kind the one messages go to first (like profiles' contacts).
select person, kind, hash, sealed, verified_at is not null
from identifier
where person = any(%(atoms)s::integer[]) and kind in (2, 3)
order by kind, verified_at desc nulls last, claimed_at desc, hash

-- name: proved
select hash from contact_point where hash = any(%(contacts)s::uuid[]) and verified_at is not null

-- name: suppressed
select contact, channel from contact_suppression where contact = any(%(contacts)s::uuid[])

-- name: words
-- Until when each word is granted; 0 is refused. Who was only asked has not said a word.
select contact, channel, purpose, topic, brand, case
    when status = 'granted' then
        coalesce((extract(epoch from expires_at) * 1000)::bigint, %(for_ever)s)
    when status = 'expired' then
        greatest(1, (extract(epoch from least(expires_at, occurred_at)) * 1000)::bigint)
    else %(refused)s end
from consent_state
where contact = any(%(contacts)s::uuid[]) and status <> 'pending'
