-- The words, folded, that a room above waits for in what people write: of a text no more is told.
create table inbound_keyword (
    word text primary key
);
