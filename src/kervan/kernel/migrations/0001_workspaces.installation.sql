-- A workspace is a company or a sandbox: one PostgreSQL schema and one ClickHouse database.
create table kervan.workspace (
    id smallint generated always as identity primary key,
    key text not null unique,
    created_at timestamptz not null
);
