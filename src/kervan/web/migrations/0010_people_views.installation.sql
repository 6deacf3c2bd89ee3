-- Views of the list of people, each its owner's own: which filter, order and columns. What somebody
-- typed into the search is never kept: it may be a customer's name.
create table kervan.people_view (
    id uuid primary key,
    workspace text not null,
    owner uuid not null references kervan.app_user (id),
    name text not null,
    view text not null,
    changed_at timestamptz not null
);
create index people_view_owner on kervan.people_view (owner, workspace);
