-- Whether a template version was rendered in a process of its own and that process lived.
create table template_trial (
    version bigint primary key references template_version on delete cascade,
    passed boolean not null,
    at timestamptz not null
);
