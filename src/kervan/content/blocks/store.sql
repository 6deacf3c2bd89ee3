-- name: hold
-- One row, made or not: two that apply the same block wait for each other here.
insert into block_definition (key) values (%(key)s)
on conflict (key) do update set key = excluded.key
returning id

-- name: live
select v.source
from block_definition b join block_definition_version v on v.block = b.id and v.number = b.live

-- name: look
select b.live, v.source, (select max(number) from block_definition_version where block = b.id)
from block_definition b
left join block_definition_version v on v.block = b.id and v.number = b.live
where b.key = %(key)s

-- name: versions
select v.number, v.source, v.at, v.by
from block_definition b join block_definition_version v on v.block = b.id
where b.key = %(key)s order by v.number

-- name: add
insert into block_definition_version (block, number, source, at, by)
values (%(block)s, %(number)s, %(source)s, %(at)s, %(by)s)

-- name: publish
update block_definition set live = %(number)s where id = %(block)s
