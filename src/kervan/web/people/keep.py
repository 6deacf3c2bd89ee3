"""Keeps for each house the columns that lists of its people are ordered by."""

import threading
from dataclasses import dataclass
from weakref import WeakKeyDictionary, ref

from clickhouse_connect.driver.client import Client

from kervan.insight.people import columns
from kervan.insight.people.columns import Kept
from kervan.web.state import House


@dataclass(frozen=True, slots=True)
class Orders:
    """When people were seen last, what they brought, since when they are known."""

    last_seen: Kept
    worth: Kept
    known_since: Kept

    def begin(self) -> None:
        """Begin to read what every list tells, side by side."""
        self.last_seen.begin()
        self.worth.begin()


_kept: WeakKeyDictionary[House, Orders] = WeakKeyDictionary()
_lock = threading.Lock()


def orders_of(mine: House) -> Orders:
    """The columns of a house, made when they are first asked for."""

    there = ref(mine)

    def client() -> Client:
        found = there()
        assert found is not None, "a column outlived its house"
        return found.history

    with _lock:
        found = _kept.get(mine)
        if found is None:
            found = _kept[mine] = Orders(
                Kept(columns.last_seen, client),
                Kept(columns.worth, client),
                Kept(columns.known_since, client),
            )
    return found
