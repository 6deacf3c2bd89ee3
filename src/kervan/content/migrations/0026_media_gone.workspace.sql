-- How many pictures were deleted, ever: what web processes keep at hand is good while it is the same.
create table media_gone (count bigint not null);
insert into media_gone (count) values (0);
