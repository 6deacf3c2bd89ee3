-- name: contacts
-- The address a message went to: its own, or the one whose consent let it go.
select m.id, coalesce(m.contact, e.contact) from message m
left join consent_event e on e.id = m.consent_event and e.channel = m.channel
    and e.contact_kind in ('email', 'phone')
    and exists (
        select from profile p where p.person = e.person and m.person in (p.person, p.merged_into))
where m.id = any(%(messages)s::uuid[]) and coalesce(m.contact, e.contact) is not null
