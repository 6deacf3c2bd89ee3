-- name: count
SELECT count() FROM events_by_person
WHERE person IN {people:Array(UInt32)}
    OR (person = 0 AND session != 0
        AND session IN ({visits}))

-- name: rewrite
-- Amounts of any shop's words are kept, texts only where they name goods (and look like an id), or
-- where Kervan itself wrote them. An order told twice is still one, under another name; the text
-- of this statement stays on disk for a while, and holds neither.
ALTER TABLE {table} UPDATE
    properties = CAST(concat('{', arrayStringConcat(arrayConcat(
        arrayMap(pair -> concat('"', pair.1, '":', pair.2), arrayFilter(
            pair -> pair.1 IN ('price', 'quantity', 'total', 'revenue', 'value', 'subtotal',
                    'discount', 'shipping', 'tax')
                AND match(pair.2, '^-?[0-9.eE+-]{1,24}$')
                OR pair.1 IN ('product_id', 'currency') AND match(pair.2, '^"[0-9A-Za-z_-]{1,40}"$')
                OR source = {own:UInt16} AND pair.1 IN ('journey', 'version', 'step', 'run',
                    'channel', 'state', 'reason', 'purpose', 'machine'),
            JSONExtractKeysAndValuesRaw({text}))),
        if(JSONLength({text}, 'products') > 0, [concat('"products":[', arrayStringConcat(arrayMap(
            line -> concat('{', arrayStringConcat(arrayMap(
                pair -> concat('"', pair.1, '":', pair.2), arrayFilter(
                    pair -> pair.1 IN ('price', 'quantity') AND match(pair.2, '^"?[0-9.]{1,24}"?$')
                        OR pair.1 = 'product_id' AND match(pair.2, '^"[0-9A-Za-z_-]{1,40}"$'),
                    JSONExtractKeysAndValuesRaw(line))), ','), '}'),
            JSONExtractArrayRaw({text}, 'products')), ','), ']')], [])
    ), ','), '}'), '{type}'),
    context = '{}',
    order_id = if(order_id = '' OR startsWith(order_id, 'erased-'), order_id,
        joinGet('{database}.order_pseudonym', 'given', order_id))
WHERE person IN {people:Array(UInt32)}
    OR (person = 0 AND session != 0
        AND session IN ({visits}))
SETTINGS mutations_sync = 2

-- name: remove
ALTER TABLE {table} DELETE WHERE source = {source:UInt16} OR person IN {people:Array(UInt32)}
SETTINGS mutations_sync = 2

-- name: name_orders
INSERT INTO order_pseudonym
SELECT order_id, concat('erased-', toString(generateUUIDv4(order_id))) FROM (
    SELECT DISTINCT order_id FROM events_by_person
    WHERE (person IN {people:Array(UInt32)}
        OR (person = 0 AND session != 0
            AND session IN ({visits})))
        AND order_id != '' AND NOT startsWith(order_id, 'erased-')
)

-- name: forget_orders
TRUNCATE TABLE order_pseudonym

-- name: keep_no_old_parts
ALTER TABLE {table} MODIFY SETTING old_parts_lifetime = 1

-- name: keep_old_parts_as_ever
ALTER TABLE {table} RESET SETTING old_parts_lifetime

-- name: old_parts
SELECT count() FROM system.parts
WHERE database = currentDatabase() AND table IN {tables:Array(String)} AND NOT active

-- name: old_months
SELECT DISTINCT partition FROM system.parts
WHERE database = currentDatabase() AND table = 'events' AND active
    AND toUInt32OrZero(partition) < {month:UInt32} AND toUInt32OrZero(partition) > 0

-- name: drop_month
ALTER TABLE events DROP PARTITION {month:String}

-- name: delete_older
ALTER TABLE events_by_person DELETE WHERE toYYYYMM(at) < {month:UInt32} SETTINGS mutations_sync = 2

-- name: visits
-- Whose a visit is says its latest link.
SELECT session FROM session_link
WHERE session IN (SELECT session FROM session_link WHERE person IN {people:Array(UInt32)})
GROUP BY session HAVING argMax(person, version) IN {people:Array(UInt32)}

-- name: disclose
SELECT lower(hex(event_id)) AS id, formatDateTime(at, '%Y-%m-%dT%H:%i:%S.%fZ') AS at, name, kind,
    channel, source, order_id, currency, value_minor, properties, context
FROM events_by_person
WHERE person IN {people:Array(UInt32)}
    OR (person = 0 AND session != 0 AND session IN ({visits}))
ORDER BY events_by_person.at, event_id
