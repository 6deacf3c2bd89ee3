"""Opens history for look-ups: in a process that was told where it is, and once in each thread."""

import threading
from dataclasses import dataclass

from clickhouse_connect.driver.client import Client

from kervan.kernel import clickhouse, postgres
from kervan.kernel.postgres import Connection

_TIMEOUT_SECONDS = 10


@dataclass(slots=True)
class _Place:
    url: str = ""


_place = _Place()
_local = threading.local()


def use(url: str) -> None:
    """Say where history is; without an address there is none, and nothing is looked up there."""
    _place.url = url


def client(conn: Connection) -> Client | None:
    """This thread's client on the workspace that `conn` works in.

    Raises what clickhouse_connect raises when nobody answers.
    """
    if not _place.url:
        return None
    place = (_place.url, postgres.schema_name(postgres.workspace_of(conn)))
    known: tuple[tuple[str, str], Client] | None = getattr(_local, "client", None)
    if known is None or known[0] != place:
        known = _local.client = (
            place, clickhouse.connect(*place, timeout_seconds=_TIMEOUT_SECONDS),
        )  # fmt: skip
    return known[1]
