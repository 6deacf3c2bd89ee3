-- The sample shop is to go again: since when, who goes with it, once their rows here are gone, and who
-- stays, because somebody else knows them too.
alter table sample_shop add column removing_at timestamptz;
alter table sample_shop add column gone integer[];
alter table sample_shop add column staying integer[] not null default '{}';
