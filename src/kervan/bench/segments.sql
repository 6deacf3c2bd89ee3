-- The questions of segments.json as somebody would write them who knows ClickHouse and this shop:
-- in one reading of the events where that is possible, with its zones written out.

-- name: active_last_7_days
WITH
    (SELECT groupBitmapState(person) FROM people FINAL WHERE NOT gone) AS everybody,
    (SELECT groupBitmapState(who) FROM events
        WHERE name IN ('App Opened', 'Product Viewed', 'Products Searched', 'Product Added')
            AND at > {now:DateTime64(3)} - INTERVAL 7 DAY AND at <= {now:DateTime64(3)}) AS active
SELECT bitmapAndCardinality(everybody, active)

-- name: basket_left
WITH
    (SELECT groupBitmapState(person) FROM people FINAL WHERE NOT gone) AS everybody,
    (SELECT groupBitmapState(whose) FROM (
        SELECT who AS whose, groupArrayIf(at, name = 'Product Added') AS adds,
            groupArrayIf(at, name = 'Order Completed') AS orders
        FROM events
        WHERE name IN ('Product Added', 'Order Completed')
            AND at > {now:DateTime64(3)} - INTERVAL 3 DAY AND at <= {now:DateTime64(3)}
        GROUP BY whose
        HAVING arrayExists(added -> added <= {now:DateTime64(3)} - INTERVAL 4 HOUR
            AND NOT arrayExists(ordered -> ordered > added AND ordered <= added + INTERVAL 4 HOUR,
                orders), adds))) AS leaving
SELECT bitmapAndCardinality(everybody, leaving)

-- name: viewed_not_bought
WITH
    (SELECT groupBitmapState(person) FROM people FINAL WHERE NOT gone) AS everybody,
    (SELECT groupBitmapState(whose) FROM (
        SELECT who AS whose FROM events
        WHERE name = 'Product Viewed' AND properties.category.:String = 'shoes'
            AND at > {now:DateTime64(3)} - INTERVAL 30 DAY AND at <= {now:DateTime64(3)}
        GROUP BY whose HAVING count() >= 2)) AS viewed,
    (SELECT groupBitmapState(who) FROM events
        WHERE name = 'Order Completed'
            AND has(properties.products[].category.:String, 'shoes')
            AND at > {now:DateTime64(3)} - INTERVAL 30 DAY AND at <= {now:DateTime64(3)}) AS bought
SELECT bitmapCardinality(bitmapAndnot(bitmapAnd(everybody, viewed), bought))

-- name: lapsed_buyers
WITH
    (SELECT groupBitmapState(person) FROM people FINAL WHERE NOT gone) AS everybody,
    (SELECT groupBitmapState(whose) FROM (
        SELECT who AS whose FROM events
        WHERE name = 'Order Completed' AND at <= {now:DateTime64(3)}
        GROUP BY whose
        HAVING max(at) <= {now:DateTime64(3)} - INTERVAL 180 DAY AND uniqExact(order_id) >= 2
        )) AS lapsed
SELECT bitmapAndCardinality(everybody, lapsed)

-- name: big_spenders_this_month
-- The month begins at another instant in each zone: a sum for each, of which hers is taken.
SELECT count() FROM (SELECT person, zone FROM people FINAL WHERE NOT gone) AS people
INNER JOIN (
    SELECT who AS person,
        sumIf(value_minor, at >= '2026-08-31 20:00:00') AS in_baku,
        sumIf(value_minor, at >= '2026-08-31 21:00:00') AS in_istanbul,
        sumIf(value_minor, at >= '2026-08-31 22:00:00') AS in_berlin,
        sumIf(value_minor, at >= '2026-08-31 23:00:00') AS in_london,
        sumIf(value_minor, at >= '2026-09-01 04:00:00') AS in_new_york
    FROM events
    WHERE name = 'Order Completed' AND currency = 'TRY'
        AND at >= '2026-08-31 20:00:00' AND at <= {now:DateTime64(3)}
    GROUP BY person HAVING in_baku >= 250000) AS spent USING person
WHERE multiIf(zone = 'Europe/Istanbul', in_istanbul, zone = 'Asia/Baku', in_baku,
    zone = 'Europe/Berlin', in_berlin, zone = 'Europe/London', in_london, in_new_york) >= 250000

-- name: searched_a_category
WITH
    (SELECT groupBitmapState(person) FROM people FINAL WHERE NOT gone) AS everybody,
    (SELECT groupBitmapState(who) FROM events
        WHERE name = 'Products Searched' AND properties.query.:String LIKE '%shoes%'
            AND at > {now:DateTime64(3)} - INTERVAL 14 DAY AND at <= {now:DateTime64(3)}) AS active
SELECT bitmapAndCardinality(everybody, active)

-- name: usage_dropped
-- Rounded, because a sum of tenths is not the same in every order.
WITH
    (SELECT groupBitmapState(person) FROM people FINAL WHERE NOT gone) AS everybody,
    (SELECT groupBitmapState(whose) FROM (
        SELECT who AS whose,
            round(avgIf(used_gb, at > {now:DateTime64(3)} - INTERVAL 30 DAY), 6) AS lately,
            round(avgIf(used_gb, at <= {now:DateTime64(3)} - INTERVAL 45 DAY), 6) AS before
        FROM (
            SELECT who, at, coalesce(properties.used_gb.:Float64,
                toFloat64(properties.used_gb.:Int64)) AS used_gb
            FROM events
            WHERE name = 'Usage Reported' AND at > {now:DateTime64(3)} - INTERVAL 120 DAY
                AND at <= {now:DateTime64(3)})
        GROUP BY whose HAVING lately < 2 AND before >= 3)) AS dropped
SELECT bitmapAndCardinality(everybody, dropped)

-- name: onboarding_not_finished
WITH
    (SELECT groupBitmapState(person) FROM people FINAL WHERE NOT gone) AS everybody,
    (SELECT groupBitmapState(whose) FROM (
        SELECT who AS whose, max((at, event_id, properties.step.:Int64)) AS last FROM events
        WHERE name = 'Onboarding Step' AND at > {now:DateTime64(3)} - INTERVAL 60 DAY
            AND at <= {now:DateTime64(3)}
        GROUP BY whose
        HAVING last.3 < 5 AND last.1 <= {now:DateTime64(3)} - INTERVAL 7 DAY)) AS stuck
SELECT bitmapAndCardinality(everybody, stuck)

-- name: ignored_last_5_messages
WITH
    (SELECT groupBitmapState(person) FROM people FINAL WHERE NOT gone) AS everybody,
    (SELECT groupBitmapState(whose) FROM (
        SELECT sent.who AS whose
        FROM (
            SELECT who, at FROM events
            WHERE name = 'Message Sent' AND at <= {now:DateTime64(3)}
                AND properties.channel.:String = 'email') AS sent
        LEFT JOIN (
            SELECT who, max(at) AS last_at FROM events
            WHERE name = 'Message Clicked' AND at <= {now:DateTime64(3)}
                AND properties.channel.:String = 'email' AND properties.machine.:Bool = false
            GROUP BY who) AS clicked USING who
        WHERE at > last_at
        GROUP BY whose HAVING count() >= 5)) AS ignoring
SELECT bitmapAndCardinality(everybody, ignoring)

-- name: best_customers_reachable_by_sms
SELECT count() FROM people FINAL
WHERE NOT gone AND bitAnd(address, 2) != 0 AND bitAnd(suppressed, 2) = 0
    AND consents['sms/marketing//'] > toUnixTimestamp64Milli({now:DateTime64(3)})
    AND traits.tier.:String IN ('gold', 'platinum')
    AND person IN (SELECT person FROM scores FINAL WHERE rfm_group IN ('champions', 'loyal'))

-- name: evening_weekend_buyers
SELECT uniqExact(person) FROM (SELECT person, zone FROM people FINAL WHERE NOT gone) AS people
INNER JOIN (
    SELECT who AS person, at FROM events
    WHERE name = 'Order Completed' AND at > {now:DateTime64(3)} - INTERVAL 90 DAY
        AND at <= {now:DateTime64(3)}) AS orders USING person
WHERE toDayOfWeek(at + INTERVAL transform(zone,
        ['Europe/Istanbul', 'Asia/Baku', 'Europe/Berlin', 'Europe/London', 'America/New_York'],
        [3, 4, 2, 1, -4], 0) HOUR AS local) IN (6, 7)
    AND toHour(local) >= 18 AND toHour(local) < 23

-- name: viewed_added_not_ordered
-- The last look before, and the first order after, are all that matters of each basket.
WITH
    (SELECT groupBitmapState(person) FROM people FINAL WHERE NOT gone) AS everybody,
    (SELECT groupBitmapState(whose) FROM (
        SELECT added.whose AS whose, added.at AS at
        FROM (
            SELECT who AS whose, at FROM events
            WHERE name = 'Product Added' AND at > {now:DateTime64(3)} - INTERVAL 30 DAY
                AND at <= {now:DateTime64(3)} - INTERVAL 1 DAY) AS added
        ASOF INNER JOIN (
            SELECT who AS whose, at FROM events
            WHERE name = 'Product Viewed' AND at > {now:DateTime64(3)} - INTERVAL 30 DAY
                AND at <= {now:DateTime64(3)}) AS viewed
            ON added.whose = viewed.whose AND added.at > viewed.at
        WHERE viewed.at >= added.at - INTERVAL 2 HOUR) AS meant
    ASOF LEFT JOIN (
        SELECT who AS whose, at FROM events
        WHERE name = 'Order Completed' AND at > {now:DateTime64(3)} - INTERVAL 30 DAY
            AND at <= {now:DateTime64(3)}) AS ordered
        ON meant.whose = ordered.whose AND meant.at < ordered.at
    WHERE ordered.at <= meant.at OR ordered.at > meant.at + INTERVAL 1 DAY) AS leaving
SELECT bitmapAndCardinality(everybody, leaving)
