-- name: fill_events
-- Thirty days of a shop: a few people do most; what happened follows from the row's number.
INSERT INTO {table} (person, at, session, name, kind, event_id, received_at, source, channel,
    order_id, currency, value_minor, properties, context, batch)
SELECT
    toUInt32(1 + intDiv(c % 4294967296 * (d % 4294967296), 4294967296) * {people:UInt64} / 4294967296)
        AS person,
    fromUnixTimestamp64Milli({from_ms:Int64} + toInt64(a % {length_ms:UInt64}), 'UTC') AS at,
    number,
    ['Page Seen', 'Page Seen', 'Page Seen', 'Page Seen', 'Page Seen', 'Page Seen', 'Page Seen',
        'Product Viewed', 'Product Viewed', 'Product Viewed', 'Product Viewed', 'Product Viewed',
        'Product Viewed', 'Searched', 'Searched', 'Product Added', 'Product Added',
        'Checkout Started', 'Order Completed', 'Account Created'][1 + b % 20] AS name,
    'track', reinterpretAsFixedString(sipHash128(number)), at, 1, 'web', '', '', 0,
    concat('{"price":', toString(b % 997), '}'), '{}', 1
FROM (
    SELECT number, cityHash64(number, 1) AS a, cityHash64(number, 2) AS b,
        cityHash64(number, 3) AS c, cityHash64(number, 4) AS d
    FROM numbers({first:UInt64}, {count:UInt64})
)

-- name: fill_profiles
insert into profile (id, key, created_at)
select gen_random_uuid(), '', %(at)s from generate_series(1, %(people)s::integer)

-- name: fill_addresses
insert into identifier (kind, hash, person, sealed, claimed_at, source)
select 2, lpad(to_hex(person), 32, '0')::uuid, person, '', %(at)s, 1
from profile where person %% 20 > 1

-- name: fill_words
-- Nine of ten agreed; one in ten of these takes it back on some day.
insert into consent_event (id, brand, contact, contact_kind, person, channel, purpose, topic,
    status, legal_basis, jurisdiction, occurred_at, zone, recorded_at, source, source_id, actor,
    notice_name, event_key, prev_hash, hash)
select row_number() over (), '', lpad(to_hex(person), 32, '0')::uuid, 'email', person, 'email',
    'marketing', '', status, 'consent', '', at, 'UTC', at, 'event', 1, '', '', gen_random_uuid(),
    '', ''
from (
    select person, 'granted' as status, %(at)s::timestamptz as at from profile
    where person %% 10 > 0
    union all
    select person, 'withdrawn', %(at)s::timestamptz + person %% 30 * interval '1 day' from profile
    where person %% 10 = 1
) said

-- name: settle
analyze
