"""An order counts once, and its refund, whichever comes first."""

import numpy as np

from kervan.commerce import orders
from kervan.history.event import Events
from kervan.kernel.postgres import Connection


def _events(*rows: tuple[str, str, int, int]) -> Events:
    n = len(rows)
    return Events(
        event_id=[bytes(16)] * n,
        kind=["track"] * n,
        name=[row[0] for row in rows],
        person=np.array([row[2] for row in rows], np.uint32),
        session=np.zeros(n, np.uint64),
        at_ms=np.arange(n, dtype=np.int64),
        received_ms=np.zeros(n, np.int64),
        source=np.ones(n, np.uint16),
        channel=["server"] * n,
        order_id=[row[1] for row in rows],
        currency=["TRY"] * n,
        value_minor=np.array([row[3] for row in rows], np.int64),
        properties=[b"{}"] * n,
        context=[b"{}"] * n,
        quiet=np.zeros(n, np.bool_),
    )


def _kept(conn: Connection) -> list[tuple[object, ...]]:
    return conn.execute(
        "select order_id, person, total_minor, refunded_minor from purchase order by order_id"
    ).fetchall()


def test_an_order_told_twice_counts_once(postgres: Connection) -> None:
    orders.record(
        postgres, _events(("Order Completed", "o1", 3, 500), ("Order Completed", "o1", 3, 500))
    )
    orders.record(postgres, _events(("Order Completed", "o1", 3, 999)))
    assert _kept(postgres) == [("o1", 3, 500, 0)]


def test_a_guest_order_gets_its_person_later(postgres: Connection) -> None:
    orders.record(postgres, _events(("Order Completed", "o1", 0, 500)))
    orders.record(postgres, _events(("Order Completed", "o1", 4, 500)))
    assert _kept(postgres) == [("o1", 4, 500, 0)]


def test_a_refund_may_come_before_its_order(postgres: Connection) -> None:
    orders.record(
        postgres, _events(("Order Refunded", "o1", 3, 200), ("Product Viewed", "o2", 3, 1))
    )
    orders.record(postgres, _events(("Order Completed", "o1", 3, 500)))
    orders.record(postgres, _events(("Order Refunded", "o1", 3, 50)))
    assert _kept(postgres) == [("o1", 3, 500, 250)]


def test_an_order_belongs_to_the_atom_it_was_told_under(postgres: Connection) -> None:
    told = _events(("Order Completed", "o1", 3, 500), ("Order Completed", "o2", 3, 500))
    told.atom = np.array([7, 0], np.uint32)  # the second by a visit of hers
    orders.record(postgres, told.take(np.array([0, 1])))
    assert _kept(postgres) == [("o1", 7, 500, 0), ("o2", 3, 500, 0)]
