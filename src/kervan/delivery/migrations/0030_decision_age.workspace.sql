-- Decisions are added in the order of time, so the old ones lie together: they are let go by it.
create index gate_decision_at on gate_decision using brin (at)
    with (pages_per_range = 32, autosummarize = on);
