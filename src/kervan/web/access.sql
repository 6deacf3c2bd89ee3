-- name: add_link
insert into kervan.sign_in_link (hash, owner, purpose, created_at, expires_at)
values (%(hash)s, %(owner)s, %(purpose)s, %(now)s, %(expires)s)

-- name: use_link
update kervan.sign_in_link set used_at = %(now)s
where hash = %(hash)s and purpose = %(purpose)s and used_at is null and expires_at > %(now)s
returning owner

-- name: good_link
select owner from kervan.sign_in_link
where hash = %(hash)s and purpose = %(purpose)s and used_at is null and expires_at > %(now)s

-- name: spend_links
-- A newer link takes the place of those before it.
update kervan.sign_in_link set used_at = %(now)s
where owner = %(owner)s and purpose = %(purpose)s and used_at is null

-- name: add_session
insert into kervan.web_session
    (hash, owner, half, way, device, network, created_at, seen_at, expires_at)
values
    (%(hash)s, %(owner)s, %(half)s, %(way)s, %(device)s, %(network)s, %(now)s, %(now)s,
     %(expires)s)
returning id

-- name: session_reader
-- Who holds a session, and what she may be here; roles are null for who is no member.
select s.id, s.half, s.way, coalesce(s.seen_at, s.created_at), u.id, u.name, u.email, m.roles
from kervan.web_session s
join kervan.app_user u on u.id = s.owner
left join kervan.membership m on m.member = u.id and m.workspace = %(workspace)s
where s.hash = %(hash)s and s.ended_at is null and s.expires_at > %(now)s
    and coalesce(s.seen_at, s.created_at) > %(idle_since)s and u.disabled_at is null

-- name: see_session
update kervan.web_session set seen_at = %(now)s where id = %(id)s

-- name: end_session
update kervan.web_session set ended_at = %(now)s
where id = %(id)s and owner = %(owner)s and ended_at is null

-- name: end_sessions
update kervan.web_session set ended_at = %(now)s
where owner = %(owner)s and ended_at is null and id is distinct from %(but)s

-- name: sessions
select id, way, device, network, created_at, coalesce(seen_at, created_at)
from kervan.web_session
where owner = %(owner)s and ended_at is null and not half and expires_at > %(now)s
    and coalesce(seen_at, created_at) > %(idle_since)s
order by 6 desc, id

-- name: add_key
insert into kervan.api_token (hash, name, owner, workspace, scopes, created_at, expires_at)
values (%(hash)s, %(name)s, %(owner)s, %(workspace)s, %(scopes)s, %(now)s, %(expires)s)
returning id

-- name: key_reader
-- A key is good for what its maker may still do, within its scopes (null: all of that).
select t.id, t.scopes, t.seen_at, u.id, m.roles
from kervan.api_token t
join kervan.app_user u on u.id = t.owner
left join kervan.membership m on m.member = u.id and m.workspace = %(workspace)s
where t.hash = %(hash)s and t.revoked_at is null and t.created_at <= %(now)s
    and (t.expires_at is null or t.expires_at > %(now)s)
    and (t.workspace is null or t.workspace = %(workspace)s) and u.disabled_at is null

-- name: see_key
update kervan.api_token set seen_at = %(now)s where id = %(id)s

-- name: keys
select t.id, t.name, t.scopes, t.created_at, t.expires_at, t.seen_at, u.name, u.email
from kervan.api_token t
join kervan.app_user u on u.id = t.owner
where t.revoked_at is null and (t.workspace is null or t.workspace = %(workspace)s)
order by t.created_at, t.id

-- name: revoke_key
update kervan.api_token set revoked_at = %(now)s
where id = %(id)s and revoked_at is null
    and (workspace is null or workspace = %(workspace)s)

-- name: revoke_key_by_name
update kervan.api_token set revoked_at = %(now)s
where name = %(name)s and revoked_at is null
    and (workspace is null or workspace = %(workspace)s)

-- name: sweep_sessions
delete from kervan.web_session where expires_at < %(before)s or ended_at < %(before)s

-- name: sweep_links
delete from kervan.sign_in_link where expires_at < %(before)s

-- name: sweep_trips
delete from kervan.oidc_trip where expires_at < %(before)s
