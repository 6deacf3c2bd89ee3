"""One row per order, whoever reports it and however often."""

from kervan.history.event import Events
from kervan.kernel import clock, ids, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "orders.sql")
_COMPLETED = "Order Completed"
_REFUNDED = ("Order Refunded", "Order Cancelled")


def record(conn: Connection, events: Events) -> None:
    """Keep the orders and refunds of a batch, in the caller's transaction.

    The first report of an order counts; each refund event counts once, since the intake takes
    each event once. Amounts are in minor units of the order's currency. An order belongs to the
    atom it was told under, so it follows whose profile that is without being written again: the
    orders of a person are those of all atoms of her head.
    """
    rows = [i for i, name in enumerate(events.name) if name == _COMPLETED and events.order_id[i]]
    if rows:
        conn.execute(_SQL.complete, _columns(events, rows))
    rows = [i for i, name in enumerate(events.name) if name in _REFUNDED and events.order_id[i]]
    if rows:
        conn.execute(_SQL.refund, _columns(events, rows))


def _columns(events: Events, rows: list[int]) -> dict[str, object]:
    orders = [events.order_id[i] for i in rows]
    atoms = events.person if events.atom is None else events.atom
    return {
        "hashes": "{" + ",".join(ids.hash16(one.encode()).hex() for one in orders) + "}",
        "orders": orders,
        "people": [int(atoms[i]) or int(events.person[i]) for i in rows],
        "at": [clock.from_ms(int(events.at_ms[i])) for i in rows],
        "totals": [int(events.value_minor[i]) for i in rows],
        "currencies": [events.currency[i] for i in rows],
        "sources": [int(events.source[i]) for i in rows],
    }
