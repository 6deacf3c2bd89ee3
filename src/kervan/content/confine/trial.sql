-- name: known
select version, passed from template_trial where version = any(%(versions)s)

-- name: note
insert into template_trial (version, passed, at) values (%(version)s, %(passed)s, %(at)s)
on conflict (version) do update set passed = excluded.passed, at = excluded.at
