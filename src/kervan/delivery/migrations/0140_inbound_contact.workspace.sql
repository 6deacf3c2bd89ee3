-- Whether somebody may still be answered freely is asked by the address she wrote from.
create index inbound_message_contact on inbound_message (contact, at) where contact is not null;
