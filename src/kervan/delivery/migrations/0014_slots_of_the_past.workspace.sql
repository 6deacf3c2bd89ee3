-- What went in the last weeks before places were kept counts too.
insert into slot (message, attempt, person, at, channel, class, topic, brand)
select id, attempts, person, handed_at, channel, class, topic, brand from message
where state in (2, 3, 9, 10)
    and handed_at > (select max(handed_at) from message) - interval '32 days'
on conflict (message) do nothing;
