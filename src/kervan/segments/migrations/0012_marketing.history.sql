-- Until when each channel may be used for marketing, as `consents` says, by itself: reach is counted
-- with every preview of a segment, and a map takes five times as long as these.
ALTER TABLE {database}.people
    ADD COLUMN IF NOT EXISTS marketing_email Int64 MATERIALIZED consents['email/marketing//'],
    ADD COLUMN IF NOT EXISTS marketing_sms Int64 MATERIALIZED consents['sms/marketing//'],
    ADD COLUMN IF NOT EXISTS marketing_call Int64 MATERIALIZED consents['call/marketing//'],
    ADD COLUMN IF NOT EXISTS marketing_whatsapp Int64 MATERIALIZED consents['whatsapp/marketing//'],
    ADD COLUMN IF NOT EXISTS marketing_push Int64 MATERIALIZED consents['push/marketing//'];
-- Parts of before are read as the map says until they have the columns too.
ALTER TABLE {database}.people
    MATERIALIZE COLUMN marketing_email, MATERIALIZE COLUMN marketing_sms,
    MATERIALIZE COLUMN marketing_call, MATERIALIZE COLUMN marketing_whatsapp,
    MATERIALIZE COLUMN marketing_push;
