-- name: note
-- The first of each kind stays; a fact never changes the state.
update message m set
    delivered_at = coalesce(m.delivered_at, g.delivered),
    bounced_at = coalesce(m.bounced_at, g.bounced),
    complained_at = coalesce(m.complained_at, g.complained),
    opened_at = coalesce(m.opened_at, g.opened),
    machine_opened_at = coalesce(m.machine_opened_at, g.machine_opened),
    clicked_at = coalesce(m.clicked_at, g.clicked),
    machine_clicked_at = coalesce(m.machine_clicked_at, g.machine_clicked),
    unsubscribed_at = coalesce(m.unsubscribed_at, g.unsubscribed)
from (
    select message,
        min(at) filter (where fact = 'delivered') as delivered,
        min(at) filter (where fact = 'bounced') as bounced,
        min(at) filter (where fact = 'complained') as complained,
        min(at) filter (where fact = 'opened') as opened,
        min(at) filter (where fact = 'machine_opened') as machine_opened,
        min(at) filter (where fact = 'clicked') as clicked,
        min(at) filter (where fact = 'machine_clicked') as machine_clicked,
        min(at) filter (where fact = 'unsubscribed') as unsubscribed
    from unnest(%(messages)s::uuid[], %(facts)s::text[], %(at)s::timestamptz[])
        as t (message, fact, at)
    group by message
) g where m.id = g.message
