-- Of how many customers edges were made, and how many were scored by them since: when a history is
-- imported, edges of the few who were there before say nothing.
alter table rfm_edges add column customers integer not null default 0;
alter table rfm_edges add column since integer not null default 0;
