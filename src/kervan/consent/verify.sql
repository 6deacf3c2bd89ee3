-- name: rows
-- In the order of chain.py's text; behind it what is checked beside the hash.
select id, brand, contact, contact_kind, person, channel, purpose, topic, status, legal_basis,
    jurisdiction, occurred_at, zone, recorded_at, source, source_id, actor, notice, notice_name,
    notice_sha256, proof_sha256, expires_at, event_key, prev_hash, hash, proof, proof_sha256
from consent_event where id > %(after)s order by id

-- name: head
select position, hash, signature from consent_head

-- name: hold_head
select from consent_head for update

-- name: sign_head
update consent_head set signature = %(signature)s

-- name: checkpoints
select position, hash, at, signature from consent_checkpoint order by position

-- name: last_checkpoint
select position, hash, at, signature from consent_checkpoint order by position desc limit 1

-- name: keep_checkpoint
insert into consent_checkpoint (position, hash, at, signature)
values (%(position)s, %(hash)s, %(at)s, %(signature)s)

-- name: changed_notices
select id, key, version, language from notice
where sha256(convert_to(text, 'UTF8')) <> sha256 order by id

-- name: strange_notices
select e.id, e.notice from consent_event e left join notice n on n.id = e.notice
where e.notice is not null and n.sha256 is distinct from e.notice_sha256
order by e.id limit %(most)s

-- name: gone_proofs
-- A proof is forgotten with its person only; as long as she is known it has to be there.
select e.id from consent_event e join profile p on p.person = e.person
where e.proof is null and e.proof_sha256 is not null order by e.id limit %(most)s

-- name: strange_states
-- The state once more from the rows, as ledger.sql derives it, beside the one that is kept.
with derived as (
    select distinct on (contact, channel, purpose, topic, brand) contact, channel, purpose,
        topic, brand, status, occurred_at, expires_at, id, event_key, jurisdiction
    from consent_event where contact_kind <> 'person'
    order by contact, channel, purpose, topic, brand, status = 'pending', occurred_at desc,
        status = 'granted', event_key
)
select coalesce(d.id, s.consent_event), coalesce(d.contact, s.contact)
from derived d full join consent_state s using (contact, channel, purpose, topic, brand)
where (d.status, d.occurred_at, d.expires_at, d.id, d.event_key, d.jurisdiction) is distinct from
    (s.status, s.occurred_at, s.expires_at, s.consent_event, s.event_key, s.jurisdiction)
order by 1 limit %(most)s
