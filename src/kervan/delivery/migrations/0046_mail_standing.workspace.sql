-- How we stand with a group of domains in a brand's name. level 0 good, 1 warned, 2 held; figures
-- before `forgiven_at` count no more: somebody let marketing go again.
create table mail_standing (
    domain text not null,
    brand text not null,
    complaints smallint not null default 0,
    bounces smallint not null default 0,
    forgiven_at timestamptz,
    primary key (domain, brand)
);

-- What was noticed of our standing, for people to read: the newest last.
create table mail_notice (
    id bigint generated always as identity primary key,
    at timestamptz not null,
    what text not null,
    domain text not null,
    brand text not null,
    share real not null,
    accepted bigint not null,
    reports bigint not null
);

-- Which mails of an account that is being warmed up have a place in a day's ceiling.
create table mail_warm_up (
    message uuid primary key,
    account text not null,
    day date not null
);
create index mail_warm_up_day on mail_warm_up (account, day);

-- What complaints hold sleeps and is woken as what a stop holds.
drop index message_open_stopped;
create index message_open_stopped on message_open (due_at)
    where held in ('delivery.emergency_stop', 'delivery.complaints');
