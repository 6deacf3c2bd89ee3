-- name: find
select id from template_version where hash = %(hash)s

-- name: add
-- Two savers at once: the second inserts nothing and finds the first one's row.
insert into template_version (hash, source, compiled, static_links)
values (%(hash)s, %(source)s, %(compiled)s, %(static_links)s)
on conflict (hash) do nothing
returning id

-- name: load
select id, compiled from template_version where id = any(%(ids)s)

-- name: static_links
select static_links from template_version where id = %(id)s

-- name: add_touch
insert into touch (message, link, second, head, at, handed_at, agent, url, links,
                   person, journey, version, step, run, channel)
values (%(message)s, %(link)s, %(second)s, %(head)s, %(at)s, %(handed_at)s, %(agent)s, %(url)s,
        %(links)s, %(person)s, %(journey)s, %(version)s, %(step)s, %(run)s, %(channel)s)
on conflict do nothing

-- name: claim_touches
select message, link, second, head
from touch where machine is null and at <= %(before)s
order by at limit %(limit)s
for update skip locked

-- name: touches_of
-- What else touched the same messages shortly before and since: a burst is seen only whole.
select message, link, second, head, at, handed_at, agent, url, links,
       person, journey, version, step, run, channel
from touch where message = any(%(messages)s) and at >= %(since)s
order by at, message, link, head

-- name: settle_touches
update touch set machine = s.machine
from unnest(%(messages)s::uuid[], %(links)s::integer[], %(seconds)s::bigint[],
            %(heads)s::boolean[], %(machines)s::boolean[])
    as s (message, link, second, head, machine)
where touch.message = s.message and touch.link = s.link and touch.second = s.second
  and touch.head = s.head

-- name: forget_touches
delete from touch where machine is not null and at < %(before)s
