-- name: intend
-- The key of a message is its broadcast, leg and person: a second time is none. It sorts by them,
-- so the index grows at its end, and the messages of a broadcast are one range of it. `state` is 0,
-- or 7 where the broadcast was cancelled before they came: then their end is written with them.
with said as (
    select row_number() over () - 1 as arm, s.*
    from rows from (jsonb_to_recordset(%(says)s::jsonb) as (step text, channel text,
        template bigint, class text, topic text, brand text, routes jsonb)) as s
), given as (
    select g.id, g.person, g.arm, to_timestamp(g.due / 1000.0) as due, g.hold_out = 1 as hold_out,
        nullif(g.choice, '')::jsonb as choice
    from unnest(%(ids)s::text[], %(people)s::integer[], %(arms)s::smallint[], %(due)s::bigint[],
        %(hold_outs)s::smallint[], %(choices)s::text[])
        as g (id, person, arm, due, hold_out, choice)
), kept as (
    insert into message (id, key, person, bucket, journey, version, step, run, channel, class,
        template_version, context, intended_at, not_before, expires_at, topic, brand, priority,
        routes, hold_out, choice, state, reason, finished_at)
    select g.id::uuid,
        'brdc'::bytea || int4send(%(broadcast)s) || int4send(%(leg)s) || int4send(g.person),
        g.person, g.person %% 256, %(key)s, %(version)s, s.step, -%(broadcast)s::bigint, s.channel,
        s.class, s.template, %(context)s, %(at)s, g.due,
        g.due + %(lives_ms)s * interval '1 millisecond', s.topic, s.brand, %(priority)s, s.routes,
        g.hold_out, g.choice, %(state)s, nullif(%(reason)s, ''), %(ended)s
    from given g join said s using (arm)
    on conflict (key) do nothing
    returning id, channel, run, not_before, step, state
), opened as (
    insert into message_open (message, channel, run, due_at, lane)
    select id, channel, run, not_before, 2 from kept where state = 0
), counted as (
    insert into broadcast_count (broadcast, step, what, reason, n)
    select %(broadcast)s, step, state, %(reason)s, count(*) from kept group by step, state
)
select count(*) from kept
