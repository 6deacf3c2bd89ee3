-- Every sender process takes a number; it lives as long as its advisory lock (1801812580, number)
-- is held, so a crash frees its messages at once and nobody has to guess by a timeout.
create sequence kervan.sender_number as integer;
