-- What the shares of an experiment's ways became, each with the counts it was learnt from. A place
-- is journey and step ("basket/which"). Rows are never changed: whoever was drawn, was drawn by the
-- last row before her time, and a rehearsal draws the same.
create table journey_share (
    place text not null,
    at timestamptz not null,
    ways text[] not null,
    shares float8[] not null,
    counts jsonb not null,
    won text not null default '',
    primary key (place, at)
);
