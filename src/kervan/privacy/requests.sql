-- name: add
insert into privacy_request (id, kind, person_id, jurisdiction, received_at, due_at, channel,
    identity_proof, note, actor)
values (%(id)s, %(kind)s, %(person)s, %(jurisdiction)s, %(received)s, %(due)s, %(channel)s,
    %(proof)s, %(note)s, %(actor)s)

-- name: one
select id, kind, person_id, jurisdiction, received_at, due_at, channel, identity_proof, note,
    state, answer, actor, closed_at, closed_by
from privacy_request where id = %(id)s

-- name: some
select id, kind, person_id, jurisdiction, received_at, due_at, channel, identity_proof, note,
    state, answer, actor, closed_at, closed_by
from privacy_request
where state = 'open' or not %(only_open)s
order by state <> 'open', case when state = 'open' then due_at end, closed_at desc, id
limit %(limit)s

-- name: steps
select at, what, actor from privacy_step where request = %(id)s order by id

-- name: add_step
insert into privacy_step (request, at, what, actor) values (%(id)s, %(at)s, %(what)s, %(actor)s)

-- name: close
update privacy_request
set state = %(state)s, answer = %(answer)s, closed_at = %(at)s, closed_by = %(actor)s
where id = %(id)s and state = 'open'
