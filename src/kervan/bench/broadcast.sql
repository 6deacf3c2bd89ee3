-- name: likeness
create table message_bare (like message including all);
create table message_open_bare (like message_open including all)

-- name: rows_of_messages
copy message to stdout (format binary)

-- name: rows_of_open
copy message_open to stdout (format binary)

-- name: bare_messages
copy message_bare from stdin (format binary)

-- name: bare_open
copy message_open_bare from stdin (format binary)

-- name: count
select count(*), count(distinct person) from message

-- name: end_some
-- As the books of a sender do: some hundred at a time.
with gone as (
    delete from message_open where message in (
        select message from message_open order by due_at limit %(limit)s for update skip locked)
    returning message
)
update message m set state = 2, finished_at = %(at)s, handed_at = %(at)s
from gone where m.id = gone.message

-- name: unwatched
alter table message disable trigger count_broadcasts
