"""What the people who are in a segment now brought; somebody may be in several, or in none."""

from dataclasses import dataclass

import numpy as np

from kervan.insight.metrics.sales import Sales
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection
from kervan.segments.columns import Bools

_SQL = sql.load(__package__, "segments.sql")


@dataclass(frozen=True, slots=True)
class Brought:
    """Of one segment in one currency: buyers, their orders, and what these are worth."""

    key: str
    name: str
    currency: str
    people: int
    orders: int
    net_minor: int


def brought(conn: Connection, sales: Sales, rows: Bools, limit: int) -> list[Brought]:
    """What the orders at `rows` are by segment, in each currency the `limit` greatest."""
    people = np.unique(sales.buyer[rows & (sales.buyer > 0)])
    segments = conn.execute(_SQL.live).fetchall()
    if not len(people) or not segments:
        return []
    asked = {"people": postgres.array(people.tolist())}
    bits = np.zeros((len(people), segments[-1][0] // 8 + 1), np.uint8)
    for person, inside in conn.execute(_SQL.inside, asked).fetchall():
        mine = np.frombuffer(bytes(inside), np.uint8)[: bits.shape[1]]
        bits[np.searchsorted(people, person), : len(mine)] = mine
    found = []
    for code, currency in enumerate(sales.currency.words):
        picked = np.flatnonzero(rows & (sales.buyer > 0) & (sales.currency.codes == code))
        place = np.searchsorted(people, sales.buyer[picked])
        orders = np.bincount(place, minlength=len(people))
        worth = np.zeros(len(people), np.int64)
        np.add.at(worth, place, sales.net_minor[picked])
        here = []
        for number, key, name in segments:
            is_in = (bits[:, number // 8] >> (number % 8) & 1).astype(np.bool_)
            if count := int(orders[is_in].sum()):
                buyers, net = int((is_in & (orders > 0)).sum()), int(worth[is_in].sum())
                here.append(Brought(key, name, currency, buyers, count, net))
        found += sorted(here, key=lambda one: (-one.net_minor, one.key))[:limit]
    return found
