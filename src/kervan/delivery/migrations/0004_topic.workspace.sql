-- What a message is about and which brand speaks: consent is asked for both. Empty is the whole
-- channel, and the only brand.
alter table message
    add column topic text not null default '',
    add column brand text not null default '';
