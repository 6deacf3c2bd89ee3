"""Keeps in ClickHouse who is who: which atom a visit is, whose profile an atom belongs to.

Links are rows with a version, of which the highest wins, so writing them again is harmless. What
queries see are arrays in memory: settled ones over all links, and young ones over those written
since the settled were read, which outdo them. `refresh` reads the young anew: milliseconds,
whatever the history holds. `settle` reads everything.
"""

from collections.abc import Sequence

import pyarrow as pa
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import OperationalError

from kervan.kernel import clock, sql

_SQL = sql.load(__package__, "link.sql")
Pair = tuple[int, int]
_ASKED_AT_ONCE = 500  # they travel in the address of the request
_SESSIONS = ("session_link", "session", "person")
_PEOPLE = ("person_link", "person", "head")
_TOGETHER_MS = 120_000
"""What was written this long before a settling stays young: it may have come in another order than
it was decided in, or be on its way still, and among the young the higher version wins."""
_TYPES = {"session": pa.uint64(), "person": pa.uint32(), "head": pa.uint32()}


class NotStored(OperationalError):
    """ClickHouse took rows and does not have them; doing it again brings it to rights."""


def insert(client: Client, links: Sequence[Pair], heads: Sequence[Pair], version: int) -> None:
    """Write (session, atom) `links` and (atom, head) `heads`; the caller checks (`check`)."""
    _insert(client, _SESSIONS, links, version)
    _insert(client, _PEOPLE, heads, version)


def keep(client: Client, links: Sequence[Pair], heads: Sequence[Pair], version: int) -> None:
    """Write them, however late: what a higher version has decided since is left alone.

    Queries see it after `refresh`. Raises NotStored when ClickHouse does not have them afterwards.
    """
    for kind, pairs in ((_SESSIONS, links), (_PEOPLE, heads)):
        newer = _outdated(client, kind, pairs, version)
        _insert(client, kind, [one for one in pairs if one[0] not in newer], version)
    check(client, links, heads, version)


def check(client: Client, links: Sequence[Pair], heads: Sequence[Pair], version: int) -> None:
    """Raise NotStored unless each is there, or one that is newer."""
    for kind, pairs in ((_SESSIONS, links), (_PEOPLE, heads)):
        table, key, _ = kind
        statement = _SQL.count_links.replace("{table}", table).replace("{key}", key)
        keys = sorted(dict(pairs))
        for first in range(0, len(keys), _ASKED_AT_ONCE):
            some = keys[first : first + _ASKED_AT_ONCE]
            asked = {"asked": some, "version": version}
            stored = int(client.query(statement, parameters=asked).result_rows[0][0])
            if stored != len(some):
                raise NotStored(f"{table} has {stored} of {len(some)} links")


def refresh(client: Client) -> None:
    """Let queries see the links written so far: reads those since the last `settle`."""
    client.command(_SQL.refresh_sessions)
    client.command(_SQL.refresh_heads)


def settle(client: Client) -> None:
    """Read all links anew, so that few are young afterwards; queries go on meanwhile."""
    at_ms = clock.now_ms() - _TOGETHER_MS
    client.command(_SQL.settle_sessions)
    client.command(_SQL.settle_heads)
    client.command(_SQL.remember, parameters={"at_ms": at_ms})
    refresh(client)


def _insert(
    client: Client, kind: tuple[str, str, str], pairs: Sequence[Pair], version: int
) -> None:
    if not pairs:
        return
    table, key, value = kind
    rows = pa.table(
        {
            key: pa.array([one for one, _ in pairs], _TYPES[key]),
            value: pa.array([one for _, one in pairs], _TYPES[value]),
            "version": pa.array([version] * len(pairs), pa.uint64()),
            "at": pa.array([clock.now_ms()] * len(pairs)).cast(pa.timestamp("ms", tz="UTC")),
        }
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as writer:
        writer.write_table(rows)
    client.raw_insert(table, insert_block=sink.getvalue().to_pybytes(), fmt="ArrowStream")


def _outdated(
    client: Client, kind: tuple[str, str, str], pairs: Sequence[Pair], version: int
) -> set[int]:
    table, key, _ = kind
    statement = _SQL.outdated.replace("{table}", table).replace("{key}", key)
    keys = sorted(dict(pairs))
    newer: set[int] = set()
    for first in range(0, len(keys), _ASKED_AT_ONCE):
        asked = {"asked": keys[first : first + _ASKED_AT_ONCE], "version": version}
        newer.update(row[0] for row in client.query(statement, parameters=asked).result_rows)
    return newer
