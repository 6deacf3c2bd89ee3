-- name: add
insert into kervan.app_user (id, email, name, locale, created_at)
values (%(id)s, %(email)s, %(name)s, %(locale)s, %(now)s)
on conflict (email) do nothing

-- name: by_email
select id, email, name, locale, password_hash, totp_sealed, totp_step, disabled_at
from kervan.app_user where email = %(email)s

-- name: by_id
select id, email, name, locale, password_hash, totp_sealed, totp_step, disabled_at
from kervan.app_user where id = %(id)s

-- name: by_identity
select u.id, u.email, u.name, u.locale, u.password_hash, u.totp_sealed, u.totp_step, u.disabled_at
from kervan.oidc_identity i join kervan.app_user u on u.id = i.owner
where i.issuer = %(issuer)s and i.subject = %(subject)s

-- name: link_identity
insert into kervan.oidc_identity (issuer, subject, owner, linked_at)
select %(issuer)s, %(subject)s, %(owner)s, %(now)s
where not exists (
    select from kervan.oidc_identity where issuer = %(issuer)s and owner = %(owner)s
)
on conflict do nothing

-- name: everybody
select u.id, u.email, u.name, u.locale, m.roles, u.password_hash is not null,
    u.totp_sealed is not null,
    exists (select from kervan.oidc_identity i where i.owner = u.id),
    u.disabled_at,
    (select max(coalesce(s.seen_at, s.created_at)) from kervan.web_session s
     where s.owner = u.id and not s.half)
from kervan.app_user u
join kervan.membership m on m.member = u.id and m.workspace = %(workspace)s
where u.email is not null
order by u.disabled_at nulls first, u.email

-- name: set_roles
insert into kervan.membership (member, workspace, roles)
values (%(id)s, %(workspace)s, %(roles)s)
on conflict (member, workspace) do update set roles = excluded.roles

-- name: places
select workspace from kervan.membership where member = %(id)s

-- name: leave
delete from kervan.membership where member = %(id)s and workspace = %(workspace)s

-- name: lock_owners
-- Two owners must not take the last ownership from each other at once.
select pg_advisory_xact_lock(1802662012)

-- name: owners
select count(*) from kervan.membership m join kervan.app_user u on u.id = m.member
where m.workspace = %(workspace)s and 'owner' = any (m.roles) and u.disabled_at is null
    and u.id <> %(but)s

-- name: set_password
update kervan.app_user set password_hash = %(hash)s, password_at = %(now)s where id = %(id)s

-- name: set_disabled
update kervan.app_user set disabled_at = %(at)s where id = %(id)s and email is not null

-- name: set_locale
update kervan.app_user set locale = %(locale)s where id = %(id)s

-- name: draft_totp
update kervan.app_user set totp_draft = %(sealed)s where id = %(id)s

-- name: drafted_totp
select totp_draft from kervan.app_user where id = %(id)s

-- name: set_totp
update kervan.app_user
set totp_sealed = %(sealed)s, totp_draft = null, totp_step = %(step)s
where id = %(id)s

-- name: use_totp
-- Only a step later than any used before: of two who send one code at once, one gets in.
update kervan.app_user set totp_step = %(step)s where id = %(id)s and totp_step < %(step)s

-- name: drop_recovery
delete from kervan.recovery_code where owner = %(id)s

-- name: add_recovery
insert into kervan.recovery_code (owner, hash) select %(id)s, unnest(%(hashes)s::bytea[])

-- name: use_recovery
update kervan.recovery_code set used_at = %(now)s
where owner = %(id)s and hash = %(hash)s and used_at is null

-- name: left_recovery
select count(*) from kervan.recovery_code where owner = %(id)s and used_at is null

-- name: roles_of
select roles from kervan.membership where member = %(id)s and workspace = %(workspace)s
