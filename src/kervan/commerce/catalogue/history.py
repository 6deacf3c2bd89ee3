"""Opens history for look-ups: in a process that was told where it is, and once in each thread."""

import threading
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from kervan.kernel import clickhouse

_TIMEOUT_SECONDS = 10


@dataclass(slots=True)
class _Place:
    url: str = ""
    database: str = ""


_place = _Place()
_local = threading.local()


def use(url: str, database: str) -> None:
    """Say where history is; without an address there is none, and nothing is looked up there."""
    _place.url, _place.database = url, database


def client() -> Client | None:
    """This thread's client. Raises what clickhouse_connect raises when nobody answers."""
    if not _place.url:
        return None
    known: tuple[str, str, Client] | None = getattr(_local, "client", None)
    if known is None or known[:2] != (_place.url, _place.database):
        made = clickhouse.connect(_place.url, _place.database, timeout_seconds=_TIMEOUT_SECONDS)
        known = _local.client = (_place.url, _place.database, made)
    return known[2]
