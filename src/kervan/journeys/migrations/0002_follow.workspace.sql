-- Whose runs go on as whose, until the worker that holds the old one's bucket has carried them over.
create table journey_move (
    id bigint generated always as identity primary key,
    atom integer not null,
    old integer not null,
    new integer not null,
    bucket smallint not null
);

-- People whose runs came together from several: looked at once by who holds their bucket.
create table journey_reunion (
    person integer primary key,
    bucket smallint not null
);

-- Runs that did not begin as their person's: whose they were, to go back there.
create table journey_origin (
    run bigint primary key,
    atom integer not null
);
