-- name: people
-- Of the first leg, in the order of people: their messages are one range of the keys.
select ('x' || encode(substr(key, 13, 4), 'hex'))::bit(32)::integer,
    coalesce(clicked_at, opened_at, handed_at, finished_at, intended_at)
from message
where key > 'brdc'::bytea || int4send(%(broadcast)s) || int4send(1) || int4send(%(after)s::integer)
    and key < 'brdc'::bytea || int4send(%(broadcast)s) || int4send(2)
    and state = any(%(states)s)
    and (%(reason)s = '' or reason = %(reason)s)
    and case %(fact)s
        when '' then true
        when 'delivered' then delivered_at is not null
        when 'opened' then opened_at is not null
        when 'clicked' then clicked_at is not null
        when 'unsubscribed' then unsubscribed_at is not null
        when 'complained' then complained_at is not null
        when 'bounced' then bounced_at is not null
    end
order by key limit %(limit)s
