-- A message about one address (its blind hash) goes there and nowhere else; null: the person's.
alter table message add column contact uuid;
