-- The calls of journeys' webhooks, the latest first: few among many messages. Of the columns that
-- are written when a message ends, none is in it.
create index message_webhook on message (id) where channel = 'webhook';
