"""Customers in the 5 by 5 cells of recency and worth: how many, what they paid, and a month ago."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from clickhouse_connect.driver.client import Client

from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection
from kervan.segments import tree, zones
from kervan.segments.columns import NO_TIME, Int64, Words
from kervan.segments.rfm import score, store
from kervan.segments.rfm.score import Edges
from kervan.segments.tree import All, Any, Fact, Node, Number
from kervan.segments.zones import DAY_MS

_SQL = sql.load(__package__, "store.sql")
_GRID = sql.load(__package__, "grid.sql")
_TALLY = sql.load(__package__, "tally.sql")
SIDE = 5
AGO_DAYS = 30
_SCORES = np.dtype([("person", "<u4"), ("recency", "u1"), ("frequency", "u1"), ("monetary", "u1")])
_ORDERS = np.dtype(
    [("person", "<u4"), ("frequency", "<i8"), ("monetary_minor", "<i8"), ("last_ms", "<i8")]
)
Rows = npt.NDArray[np.void]
"""Columns by name, as ClickHouse writes them: one entry for each customer, by number."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, `recency` and `worth` from 1 to 5 (the best); `worth` is the mean of frequency and
    monetary score, halves rounded up.

    `count` people are in it now and paid `revenue_minor` in the window; `before` were in it 30
    days ago, None where nobody had ordered by then.
    """

    recency: int
    worth: int
    group: str
    count: int
    revenue_minor: int
    before: int | None


@dataclass(frozen=True, slots=True)
class Grid:
    """All cells, and by what they are made: `edges` None before anybody was scored.

    `then_ms` is the instant 30 days ago that `before` is of; orders after it do not count there,
    and people are scored by the edges of that day, where they were kept, otherwise by that day's.
    """

    currency: str
    window_days: int
    edges: Edges | None
    then_ms: int
    cells: list[Cell]


def grid(conn: Connection, client: Client, zone: str, at_ms: int) -> Grid:
    """The cells of now, as segments have them, and of 30 days before."""
    wanted = store.settings(conn)
    money = wanted.currency or _currency(client)
    made = store.edges(conn)
    then_ms = at_ms - AGO_DAYS * DAY_MS
    made_by = f"{money} {wanted.window_days}"
    count, revenue = _now(client, _orders(client, money, wanted.window_days, at_ms))
    before = _before(conn, _orders(client, money, wanted.window_days, then_ms), made_by, zone,
                     then_ms)  # fmt: skip
    cells = [
        Cell(
            recency, worth, score.group_of(recency, worth),
            int(count[recency - 1, worth - 1]), int(revenue[recency - 1, worth - 1]),
            None if before is None else int(before[recency - 1, worth - 1]),
        )
        for recency in range(SIDE, 0, -1)
        for worth in range(1, SIDE + 1)
    ]  # fmt: skip
    edges = None if made is None else made.edges
    return Grid(money, wanted.window_days, edges, then_ms, cells)


def rule(recency: int, worth: int) -> Node:
    """Who is in a cell, as a rule tree: for each frequency score the money scores that fit."""
    ways: list[Node] = []
    for frequency in range(1, SIDE + 1):
        fits = [one for one in range(1, SIDE + 1) if (frequency + one + 1) // 2 == worth]
        if fits:
            money = Number("between", fits[0], fits[-1]) if fits[1:] else Number("eq", fits[0])
            often = Fact("rfm_frequency", Number("eq", frequency))
            ways.append(All((often, Fact("rfm_monetary", money))))
    return All((Fact("rfm_recency", Number("eq", recency)), Any(tuple(ways))))


def rule_of(group: str) -> Node:
    """Who is in a group, as a rule tree."""
    return Fact("rfm_group", tree.Text("in", (group,)))


def _currency(client: Client) -> str:
    rows = client.query(_TALLY.currency).result_rows
    return str(rows[0][0]) if rows else ""


def _orders(client: Client, money: str, window_days: int, at_ms: int) -> Rows:
    since_ms = at_ms - window_days * DAY_MS if window_days else NO_TIME
    text = _TALLY.orders.replace("{known}", _TALLY.known).replace("{whose}", "")
    asked = {"currency": money, "since_ms": since_ms, "at_ms": at_ms}
    found = client.raw_query(
        _GRID.orders.replace("{orders}", text), parameters=asked, fmt="RowBinary"
    )
    return np.frombuffer(found, _ORDERS)


def _now(client: Client, orders: Rows) -> tuple[Int64, Int64]:
    """People by cell as their scores are written, and what those paid."""
    text = _GRID.scores.replace("{known}", _TALLY.known)
    scores = np.frombuffer(client.raw_query(text, fmt="RowBinary"), _SCORES)
    place = _place(scores["recency"], scores["frequency"], scores["monetary"])
    paid = np.zeros(len(scores), np.int64)
    if len(orders):
        at = np.minimum(np.searchsorted(orders["person"], scores["person"]), len(orders) - 1)
        bought = orders["person"][at] == scores["person"]
        paid = np.where(bought, orders["monetary_minor"][at], 0)
    revenue = np.zeros(SIDE * SIDE, np.int64)
    np.add.at(revenue, place, paid)
    return _square(place), revenue.reshape(SIDE, SIDE)


def _before(conn: Connection, orders: Rows, made_by: str, zone: str, then_ms: int) -> Int64 | None:
    if not len(orders):
        return None
    here = Words(np.zeros(1, np.int32), (zone,))
    local = zones.unit_start(zones.to_local(here, np.array([then_ms], np.int64)), "day")
    days = score.recency_days(orders["last_ms"], int(zones.to_instant(here, local)[0]))
    often, much = orders["frequency"], orders["monetary_minor"]
    asked = {"day": clock.from_ms(int(local[0])).date()}
    row = conn.execute(_SQL.edges_of, asked).fetchone()
    if row is not None and row[0] == made_by:
        edges = Edges(*(tuple(one) for one in row[1:]))
    else:
        edges = score.edges(days, often, much)
    return _square(_place(*score.scores(edges, days, often, much)))


def _place(recency: score.Uint8, frequency: score.Uint8, monetary: score.Uint8) -> Int64:
    worth = score.worth(frequency, monetary)
    found: Int64 = (recency.astype(np.int64) - 1) * SIDE + worth - 1
    return found


def _square(place: Int64) -> Int64:
    found: Int64 = np.bincount(place, minlength=SIDE * SIDE).reshape(SIDE, SIDE)
    return found
