"""Gives a preview what templates ask of the house by name: nothing is reserved for it."""

import re
from collections.abc import Collection, Iterable

from kervan.commerce.coupons import reserve
from kervan.content import known, showcase
from kervan.content.compile import EmailSource
from kervan.content.parse import parse
from kervan.content.references import COUPONS, NAMESPACES, PRODUCTS, SEGMENTS
from kervan.content.showcase import Asking
from kervan.content.texts.compile import TextSource
from kervan.content.wants import PRESENCE, Tree, merged, wants
from kervan.kernel.postgres import Connection
from kervan.segments.live import store as membership

_HOST = re.compile(r"https?://([\w.-]+)", re.IGNORECASE)


def of(
    conn: Connection, sources: Collection[EmailSource | TextSource], person: int
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
    if PRODUCTS in wanted:
        asking = Asking(person, wanted[PRODUCTS], _hosts(sources))
        [found[PRODUCTS]] = showcase.find(conn, [asking])
    return found


def _hosts(sources: Iterable[EmailSource | TextSource]) -> frozenset[str]:
    """Where addresses from data may lead: as compiling will find it, by the author's own links."""
    named = {host.lower() for source in sources for host in source.link_hosts}
    written = [template for source in sources for _, template in known.templates(source)]
    return frozenset(named | {host.lower() for one in written for host in _HOST.findall(one)})


def _wanted(sources: Iterable[EmailSource | TextSource]) -> Tree:
    written = [template for source in sources for _, template in known.templates(source)]
    asking = [one for one in written if any(name in one for name in NAMESPACES)]
    return merged(wants(parse(one, "text")) for one in asking)
