-- People about whom history, or who they are, has changed: for those who keep answers about them.
-- Rows are added with what changed and deleted by who took them into account.
create table touched (
    id bigint generated always as identity primary key,
    people integer[] not null
);
