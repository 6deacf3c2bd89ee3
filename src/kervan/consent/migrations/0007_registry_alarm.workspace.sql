-- Whose alarm is due is asked every second: only those that can sound are looked at.
create index registry_outbox_alarm on registry_outbox (brand, alarm_at)
    where alarmed_at is null and state in ('waiting', 'sending', 'pending', 'doubt');
