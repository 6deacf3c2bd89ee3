-- name: between
-- A draft by what its text says; all others by when they began, or are to. A text that a program
-- wrote in another form of ISO 8601 than with year, month and day is on no day while it is a draft.
select b.key, b.version, b.status, v.definition, coalesce(b.frozen_at, b.starts_at), b.audience,
    b.finished_at
from broadcast b join broadcast_version v on v.broadcast = b.number and v.number = b.version
where (b.status = 'draft'
        and left(replace(v.definition::jsonb ->> 'at', '-', ''), 8)
            between %(from_day)s and %(to_day)s)
    or (b.status <> 'draft' and coalesce(b.frozen_at, b.starts_at) >= %(from)s
        and coalesce(b.frozen_at, b.starts_at) < %(to)s)
order by b.number desc limit %(limit)s
