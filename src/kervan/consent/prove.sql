-- name: event
-- With its neighbours' hashes, the end of the chain, the first checkpoint behind it, and what
-- holds today for the same address and matter.
select e.id, e.brand, e.contact, e.contact_kind, e.person, e.channel, e.purpose, e.topic, e.status,
    e.legal_basis, e.jurisdiction, e.occurred_at, e.zone, e.recorded_at, e.source, e.source_id,
    e.actor, e.notice, e.notice_name, e.notice_sha256, e.proof_sha256, e.expires_at, e.event_key,
    e.prev_hash, e.hash, e.proof,
    (select hash from consent_event where id = e.id - 1),
    (select prev_hash from consent_event where id = e.id + 1),
    (select position from consent_head), c.position, c.at, s.consent_event
from consent_event e
left join lateral (
    select position, at from consent_checkpoint where position >= e.id order by position limit 1
) c on true
left join consent_state s using (contact, channel, purpose, topic, brand)
where e.id = %(id)s
