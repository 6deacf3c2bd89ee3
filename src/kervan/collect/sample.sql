-- name: find
select source, sent, wanted, last_day, begun_at, ended_at, removing_at, gone, staying
from sample_shop

-- name: is_empty
select not exists (select from profile) and not exists (select from sample_shop)

-- name: begin
insert into sample_shop (source, wanted, last_day, begun_at, begun_by)
values (%(source)s, %(wanted)s, %(last_day)s, %(at)s, %(by)s)
on conflict do nothing

-- name: sent
update sample_shop set sent = %(sent)s, ended_at = %(ended_at)s

-- name: waiting
select count(*) from kervan.intake i join kervan.workspace w on w.id = i.workspace
where 'ws_' || w.key = current_schema() and i.batch is null and i.bulk

-- name: remove
update sample_shop set removing_at = %(at)s where removing_at is null

-- name: gone
update sample_shop set gone = %(people)s::integer[], staying = %(staying)s::integer[]

-- name: forget_letters
delete from kervan.dead_letter where source = %(source)s

-- name: forget_keys
delete from kervan.write_key where source = %(source)s

-- name: forget_source
delete from kervan.source where id = %(source)s

-- name: forget
delete from sample_shop
