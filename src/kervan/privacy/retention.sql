-- name: rules
select kind, days, source, changed_at from retention_rule

-- name: set_rule
insert into retention_rule (kind, days, source, changed_at, changed_by)
values (%(kind)s, %(days)s, %(source)s, %(at)s, %(actor)s)
on conflict (kind) do update set days = excluded.days, source = excluded.source,
    changed_at = excluded.changed_at, changed_by = excluded.changed_by

-- name: drop_steps
delete from privacy_step s using privacy_request r
where r.id = s.request and r.state <> 'open' and r.closed_at < %(before)s
    and not exists (select from erasure e where e.request = r.id)

-- name: drop_requests
delete from privacy_request r
where r.state <> 'open' and r.closed_at < %(before)s
    and not exists (select from erasure e where e.request = r.id)
