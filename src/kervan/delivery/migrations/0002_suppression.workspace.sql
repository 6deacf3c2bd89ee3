-- Addresses nothing may go to belong to consent now: every channel asks there.
insert into contact_suppression (contact, channel, reason, at, message)
select value_hash, channel, reason, at, message from suppression
on conflict do nothing;
drop table suppression;
