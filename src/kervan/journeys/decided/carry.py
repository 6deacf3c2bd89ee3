"""Carries decisions from PostgreSQL into history, each once, whoever dies in between.

A deduplication token alone is not safe (history/write.py says why): so the rows carry the number
of their block, and before blocks are inserted the rows that history has of them are counted: a
whole one is not inserted again, a part of one is deleted first. A block is let go of in
PostgreSQL only when all its rows were counted in ClickHouse.
"""

from collections.abc import Generator, Mapping, Sequence

from clickhouse_connect.driver.client import Client

from kervan.history.link import NotStored
from kervan.journeys.decided import rows, store
from kervan.kernel import clock, ids, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "carry.sql")
TABLE = "journey_decisions"
ROWS = 500_000
_RUNNING_SECONDS = 60


def step(conn: Connection, history: Client, limit: int = ROWS) -> bool:
    """Carry over the oldest blocks; gives whether there may be more. The caller commits.

    One process at a time does this (app/housekeeper.py). Raises NotStored when history took rows
    and does not have them; doing it again brings it to rights.
    """
    found = store.waiting(conn, limit)
    if not found:
        return False
    wanted = {int(number): int(count) for number, count, _ in found}
    _wait_for_running(history)
    there = _stored(history, list(wanted))
    if broken := [one for one, count in there.items() if count != wanted[one]]:
        history.command(_SQL.delete_partial, parameters={"batches": broken})
    missing = [
        (int(number), rows.unpack(bytes(block)))
        for number, _, block in found
        if there.get(int(number)) != wanted[int(number)]
    ]
    if missing:
        _insert(history, missing)
        if _stored(history, list(wanted)) != wanted:
            raise NotStored(f"{TABLE} has not all rows of {len(missing)} blocks")
    store.done(conn, list(wanted))
    return sum(wanted.values()) >= limit or len(found) >= 1_000


def _insert(history: Client, blocks: Sequence[tuple[int, rows.Rows]]) -> None:
    token = f"{_prefix(history)}{blocks[0][0]}-{ids.secret(9)}"
    history.raw_insert(
        TABLE,
        insert_block=_once(rows.to_arrow(blocks)),
        fmt="ArrowStream",
        settings={
            "insert_deduplication_token": token,
            "query_id": token,
            "max_partitions_per_insert_block": 0,
        },
    )


def _once(block: bytes) -> Generator[bytes, None, None]:
    """The block as something that the client cannot send a second time by itself."""
    yield block


def _stored(history: Client, batches: list[int]) -> Mapping[int, int]:
    asked = {"batches": batches}
    found = history.query(_SQL.stored, parameters=asked).result_rows
    return {int(batch): int(count) for batch, count in found}


def _prefix(history: Client) -> str:
    return f"decided-{history.database}-"


def _wait_for_running(history: Client) -> None:
    """Let an insert end that somebody who died may have left running."""
    deadline = clock.monotonic() + _RUNNING_SECONDS
    while clock.monotonic() < deadline:
        found = history.query(_SQL.running, parameters={"prefix": _prefix(history)})
        if not found.result_rows[0][0]:
            return
        clock.sleep(0.1)
