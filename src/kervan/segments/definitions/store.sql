-- name: hold
-- One at a time may change segments: numbers stay dense, and no circle comes about between two.
select number from segment_edition for update

-- name: edition
select number from segment_edition

-- name: new_edition
update segment_edition set number = number + 1

-- name: all
select s.number, s.key, s.name, s.sort, s.state, s.version, v.tree, s.created_at, s.created_by,
    s.changed_at, s.changed_by
from segment s
left join segment_version v on v.segment = s.number and v.version = s.version
where s.state = any(%(states)s)
order by s.key

-- name: one
select s.number, s.key, s.name, s.sort, s.state, s.version, v.tree, s.created_at, s.created_by,
    s.changed_at, s.changed_by
from segment s
left join segment_version v on v.segment = s.number and v.version = s.version
where s.key = %(key)s

-- name: called
select key, name from segment

-- name: lists
select key, number from segment where sort = 'list' and state = %(state)s

-- name: add
insert into segment (number, key, name, sort, state, version, created_at, created_by, changed_at,
    changed_by)
select coalesce(max(number), 0) + 1, %(key)s, %(name)s, %(sort)s, 'active', 1, %(at)s, %(by)s,
    %(at)s, %(by)s
from segment
returning number

-- name: add_version
insert into segment_version (segment, version, tree, sentence_hash, at, by)
values (%(segment)s, %(version)s, %(tree)s, %(sentence_hash)s, %(at)s, %(by)s)

-- name: change
update segment set name = %(name)s, state = %(state)s, version = %(version)s, changed_at = %(at)s,
    changed_by = %(by)s
where number = %(number)s

-- name: versions
select version, tree, at, by from segment_version where segment = %(segment)s order by version

-- name: told
-- The receivers of segments, by their host: the rest of an address may be a secret of its own.
select d.key, substring(s.url from '^[a-z]+://([^/?#]*)')
from segment_sync s join segment d on d.number = s.segment
