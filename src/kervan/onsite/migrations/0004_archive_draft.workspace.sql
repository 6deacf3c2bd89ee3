-- An archived campaign is out of the lists and shown to nobody; its versions and results stay.
alter table onsite_campaign add archived_at timestamptz;

-- What is being written, beside what is live: the whole campaign as its author's form has it, right
-- or not. `base` is the version it is written over, `edition` counts its changes.
create table onsite_draft (
    key text primary key,
    source text not null,
    base integer not null,
    edition integer not null,
    at timestamptz not null,
    by text not null
);
