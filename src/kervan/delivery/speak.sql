-- name: settle
update message m set template_version = g.version
from unnest(%(messages)s::uuid[], %(versions)s::bigint[]) as g (message, version)
where m.id = g.message
