"""Keeps in memory what lists of people are ordered by: when each was seen last, what she brought.

A column is read whole and kept as long as reading it took a hundred times over, so that however
large the history is, keeping it fresh costs a hundredth of a processor. Who asks meanwhile gets the
old one, which says as of when it is; before the first is there, soon an empty one.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, StreamFailureError

from kervan.insight import ask
from kervan.insight.person import NOT_HERS
from kervan.kernel import clock, log, sql
from kervan.segments.columns import Int64, Uint32
from kervan.segments.facts import CHANNELS

_SQL = sql.load(__package__, "columns.sql")
_LEAST_SECONDS = 2.0
_SHARE = 100
_PATIENCE_SECONDS = 1.5
_log = log.get("insight")


@dataclass(frozen=True, slots=True)
class Column:
    """Of people (numbers, rising) one value each.

    `as_of_ms` is when it was read (ms UTC), `currency` that of amounts in minor units; `orders` are
    those in every currency.
    """

    people: Uint32
    values: Int64
    as_of_ms: int
    orders: Uint32 = field(default_factory=lambda: np.zeros(0, np.uint32))
    currency: str = ""


def last_seen(client: Client) -> Column:
    """When each person was seen last (ms UTC)."""
    as_of_ms = clock.now_ms()
    found = client.query_arrow(_SQL.last_seen, {"not_hers": list(NOT_HERS)})
    return Column(_uints(found, "person"), _ints(found, "value"), as_of_ms)


def known_since(client: Client) -> Column:
    """Since when each person is known (ms UTC)."""
    as_of_ms = clock.now_ms()
    found = client.query_arrow(_SQL.known_since)
    return Column(_uints(found, "person"), _ints(found, "value"), as_of_ms)


def worth(client: Client) -> Column:
    """What each person has brought, refunds taken off, in the currency most orders are in."""
    as_of_ms = clock.now_ms()
    rows = ask.rows(client, _SQL.currency, {})
    currency = str(rows[0][0]) if rows else ""
    found = client.query_arrow(_SQL.worth, {"currency": currency})
    people, orders = _uints(found, "person"), _uints(found, "orders")
    return Column(people, _ints(found, "value"), as_of_ms, orders, currency)


def _uints(table: pa.Table, name: str) -> Uint32:
    return np.asarray(table[name].to_numpy(), np.uint32)


def _ints(table: pa.Table, name: str) -> Int64:
    return np.asarray(table[name].to_numpy(), np.int64)


class Kept:
    """One column of one workspace; give it a maker of clients, for it reads in a thread."""

    def __init__(self, load: Callable[[Client], Column], client: Callable[[], Client]) -> None:
        self._load, self._client = load, client
        self._lock = threading.Lock()
        self._there = threading.Event()
        self._column = Column(np.zeros(0, np.uint32), np.zeros(0, np.int64), 0)
        self._until = 0.0
        self._reading = False
        self._first_asked = 0.0

    def begin(self) -> None:
        """Begin to read it, where it is old: who needs several has them read side by side."""
        with self._lock:
            self._first_asked = self._first_asked or clock.monotonic()
            if clock.monotonic() >= self._until and not self._reading:
                self._reading = True
                threading.Thread(target=self._renew, name="people-column", daemon=True).start()

    def get(self, patience_seconds: float = _PATIENCE_SECONDS) -> Column:
        """The column; while the first is read an empty one of instant 0.

        It is waited for only so long after somebody asked first: who asks later waits no more.
        """
        self.begin()
        self._there.wait(max(self._first_asked + patience_seconds - clock.monotonic(), 0))
        return self._column

    def _renew(self) -> None:
        began = clock.monotonic()
        try:
            self._column = self._load(self._client())
            self._there.set()
        except (DatabaseError, StreamFailureError, OSError) as error:
            _log.warning("column_not_read", error=type(error).__name__)
        finally:
            ended = clock.monotonic()
            self._until = ended + max(_LEAST_SECONDS, _SHARE * (ended - began))
            self._reading = False


@dataclass(frozen=True, slots=True)
class Row:
    """What ClickHouse knows of somebody at a glance: channels she may and can be written to on,
    her RFM group and stage ("" for none)."""

    known_since_ms: int
    language: str
    country: str
    reach: tuple[str, ...]
    rfm_group: str = ""
    life_cycle: str = ""


def rows(client: Client, people: Sequence[int], at_ms: int) -> dict[int, Row]:
    """{person: her row}; who is not mirrored yet is left out."""
    asked = {"people": list(people)}
    scored = {row[0]: row[1:] for row in ask.rows(client, _SQL.scored, asked)}
    found = {}
    for person, since, language, country, address, _, suppressed, until in ask.rows(
        client, _SQL.rows, asked
    ):
        reach = tuple(
            channel
            for bit, channel in enumerate(CHANNELS)
            if address >> bit & 1 and not suppressed >> bit & 1 and until[bit] > at_ms
        )
        group, stage = scored.get(person, ("", ""))
        found[person] = Row(since, language, country, reach, group, stage)
    return found
