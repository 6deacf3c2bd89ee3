-- What somebody waits for (0: no marketing) is claimed before what we would like to say (1), so a
-- million marketing messages that are due never stand before a receipt.
alter table message_open add column lane smallint not null default 1;
update message_open o set lane = 0 from message m where m.id = o.message and m.class <> 'marketing';
create index message_open_lane on message_open (lane, channel, due_at) where claimed_by is null;
drop index message_open_due;

-- What a stop holds sleeps for long and is woken when a stop is lifted: rows that were put off
-- before `at`. They are found by the time they would have come back by themselves.
create table sending_resumed (at timestamptz primary key);
create index message_open_stopped on message_open (due_at) where held = 'delivery.emergency_stop';
