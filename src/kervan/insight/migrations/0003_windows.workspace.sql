-- How long after a click, or after a delivery alone, an order belongs to a message of a channel.
-- Channels without a row have the usual windows (metrics/windows.py).
create table attribution_window (
    channel text primary key,
    click_seconds integer not null check (click_seconds between 0 and 7776000),
    delivered_seconds integer not null check (delivered_seconds between 0 and 7776000)
);
