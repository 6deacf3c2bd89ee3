-- name: bare
-- The same look-up as the gate's with nothing around it: who may get it at this time.
select count(*) from unnest(%(contacts)s::uuid[]) as n (contact)
join consent_state s on s.contact = n.contact and s.channel = 'email'
    and s.purpose = 'marketing' and s.topic = '' and s.brand = ''
where s.status = 'granted' and (s.expires_at is null or s.expires_at > %(at)s)

-- name: settle
analyze consent_state, contact_point

-- name: rows
select count(*) from consent_event
