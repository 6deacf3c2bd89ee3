-- What a run carries along is sealed, like the signals on their way; what was written before is
-- the same JSON as bytes, and goes when its run has been over for long enough.
alter table journey_context alter column context type bytea using convert_to(context::text, 'UTF8');
