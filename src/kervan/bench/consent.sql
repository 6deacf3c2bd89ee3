-- name: bare
-- The same look-up as the gate's with nothing around it: who may get it at this time.
select count(*) from unnest(%(contacts)s::uuid[]) as n (contact)
join consent_state s on s.contact = n.contact and s.channel = 'email'
    and s.purpose = 'marketing' and s.topic = '' and s.brand = ''
where s.status = 'granted' and (s.expires_at is null or s.expires_at > %(at)s)

-- name: settle
analyze consent_state, contact_point

-- name: connect_registry
insert into registry_account
    (brand, provider, settings, key, secrets, enabled, created_at, changed_at)
values ('', 'direct', '{}', '', '', true, %(at)s, %(at)s)

-- name: tell_registry
-- What the registry holds of every address that said something, as of an hour ago.
insert into registry_state (brand, contact, type, recipient_type, status, checked_at)
select '', contact, 'EPOSTA', 'BIREYSEL', case status when 'granted' then 'ONAY' else 'RET' end,
    %(at)s from consent_state

-- name: settle_registry
analyze registry_state
