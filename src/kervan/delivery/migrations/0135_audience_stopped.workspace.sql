-- stopped: nobody is put on or taken off, but for who took her word back or has no address any more
alter table audience drop constraint audience_state_check;
alter table audience add constraint audience_state_check
    check (state in ('active', 'stopped', 'ending'));
