-- The run of a journey that gave a code by a step of its own: its messages say this code. Such a
-- code names in `message` the passage of the step, which is no message.
alter table coupon add column run bigint;
create index coupon_run on coupon (run, pool) where run is not null;
