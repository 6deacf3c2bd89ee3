-- name: add
insert into kervan.audit
    (at, workspace, actor_kind, actor, roles, used_right, route, what, facts, network)
values
    (%(at)s, %(workspace)s, %(actor_kind)s, %(actor)s, %(roles)s, %(used_right)s, %(route)s,
     %(what)s, %(facts)s::jsonb, %(network)s)
