-- Places are added in the order of time, so the old ones lie together.
create index slot_at on slot using brin (at) with (pages_per_range = 32, autosummarize = on);
