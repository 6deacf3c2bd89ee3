-- Rehearsals that were asked for over the API. `asked` is the request (JSON), `doing` and `share`
-- say how far one is, `problem` (a code) with its `facts` why it failed. Who runs one holds an
-- advisory lock on it: one that is running and that nobody holds was interrupted. `report` holds
-- figures and no person; the stories of people lie beside it, so that who is erased is gone there.
create table rehearsal (
    id uuid primary key,
    journey text not null,
    asked jsonb not null,
    by text not null,
    at timestamptz not null,
    state text not null default 'running'
        check (state in ('running', 'done', 'failed', 'interrupted')),
    doing text not null default '',
    share real not null default 0,
    ended_at timestamptz,
    problem text not null default '',
    facts jsonb not null default '{}',
    report text
);
create index rehearsal_at on rehearsal (at);

-- `part` is the place of the story in the report: `sample`, or a kind of difference.
create table rehearsal_story (
    rehearsal uuid not null references rehearsal on delete cascade,
    part text not null,
    person integer not null,
    story text not null,
    primary key (rehearsal, part, person)
);
create index rehearsal_story_person on rehearsal_story (person);
