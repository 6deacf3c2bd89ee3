-- name: add_trip
insert into kervan.oidc_trip (state, nonce, verifier, expires_at)
values (%(state)s, %(nonce)s, %(verifier)s, %(expires)s)

-- name: end_trip
delete from kervan.oidc_trip where state = %(state)s
returning nonce, verifier, expires_at
