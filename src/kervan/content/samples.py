"""Gives a preview what templates ask of the house by name: nothing is reserved for it."""

from collections.abc import Iterable

from kervan.commerce.coupons import reserve
from kervan.content import known
from kervan.content.compile import EmailSource
from kervan.content.parse import parse
from kervan.content.references import COUPONS, NAMESPACES, SEGMENTS
from kervan.content.texts.compile import TextSource
from kervan.content.wants import PRESENCE, Tree, merged, wants
from kervan.kernel.postgres import Connection
from kervan.segments.live import store as membership


def of(
    conn: Connection, sources: Iterable[EmailSource | TextSource], person: int
) -> dict[str, object]:
    """What stands under the names of the house for a reader, `person` 0 for nobody."""
    wanted = _wanted(sources)
    found: dict[str, object] = {}
    if COUPONS in wanted:
        found[COUPONS] = reserve.samples(conn, [k for k in wanted[COUPONS] if k != PRESENCE])
    if SEGMENTS in wanted:
        keys = [key for key in wanted[SEGMENTS] if key != PRESENCE]
        hers = membership.inside(conn, [person], keys).get(person, set())
        found[SEGMENTS] = {key: key in hers for key in keys}
    return found


def _wanted(sources: Iterable[EmailSource | TextSource]) -> Tree:
    written = [template for source in sources for _, template in known.templates(source)]
    asking = [one for one in written if any(name in one for name in NAMESPACES)]
    return merged(wants(parse(one, "text")) for one in asking)
