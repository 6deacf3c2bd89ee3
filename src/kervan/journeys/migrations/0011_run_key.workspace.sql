-- `ghost` goes into what padding left free; `key` tells a person's runs of one journey apart (the
-- value of `per` as 64 bits, 0 for none). Neither is ever indexed: a person's runs are few.
alter table journey_run
    add column ghost boolean not null default false,
    add column key bigint not null default 0;

-- How many entered a journey that lets in only so many: in all ('-infinity'), and in each window.
-- The row of all is locked first, so that no two turns give away the same seat.
create table journey_seat (
    journey integer not null,
    since timestamptz not null,
    taken bigint not null,
    primary key (journey, since)
) with (fillfactor = 70);
