"""Brings who is in which segment into ClickHouse, where sets of segments are compared."""

from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from clickhouse_connect.driver.client import Client

from kervan.history.link import NotStored
from kervan.kernel import ids, postgres, sql
from kervan.kernel.postgres import Connection
from kervan.segments.columns import Uint32
from kervan.segments.lower import Core, Kept

_SQL = sql.load(__package__, "memberships.sql")
_AT_ONCE = 50_000
_MARKS = 200
_MOST_WAITING = 20
"""So many marks are a few seconds of changes."""
_WORD_BYTES = 8
Words = npt.NDArray[np.uint64]


def copy(conn: Connection, client: Client) -> bool:
    """Write the memberships that changed, and tell whether more wait; the caller commits.

    Only one may do so at a time (the lock of `mirror.step`). Marks go with that commit, when
    ClickHouse has the rows: cut off anywhere, the next one does it again.
    """
    filled = conn.execute(_SQL.filled).fetchall()  # whatever filled them was marked before
    found = conn.execute(_SQL.marked, {"limit": _MARKS}).fetchall()
    marks: list[int] = []
    people: set[int] = set()
    for mark, some in found:
        if marks and len(people) + len(some) > _AT_ONCE:
            break
        marks.append(mark)
        people.update(some)
    if marks:
        _copy(conn, client, people)
        conn.execute(_SQL.unmark, {"marks": marks})
    if len(marks) < len(found) or len(found) == _MARKS:
        return True
    for segment, digest in filled:
        conn.execute(_SQL.keep, {"segment": segment, "digest": digest})
    return False


def _copy(conn: Connection, client: Client, people: set[int]) -> None:
    asked = {"people": postgres.array(sorted(people))}
    # Who is nobody's profile any more was erased, and no row of hers may come back.
    rows = conn.execute(_SQL.rows, asked, binary=True).fetchall()
    if not rows:
        return
    number, width = conn.execute(_SQL.next).fetchone() or (0, 0)
    whole = max(width, *(len(inside) for _, inside in rows))
    whole += -whole % _WORD_BYTES
    packed = b"".join([inside.ljust(whole, b"\0") for _, inside in rows])
    words = np.frombuffer(packed, "<u8").reshape(len(rows), -1)
    write(client, np.array([row[0] for row in rows], np.uint32), words, number)


def write(client: Client, people: Uint32, words: Words, version: int) -> None:
    """Insert the words (one row for each person) under a version; durable when this returns.

    Raises NotStored when ClickHouse has fewer of them afterwards.
    """
    count, width = words.shape
    block = pa.record_batch(
        {
            "word": pa.array(np.repeat(np.arange(width, dtype=np.uint16), count)),
            "person": pa.array(np.tile(people, width)),
            "version": pa.array(np.full(count * width, version, np.uint64)),
            "inside": pa.array(words.T.ravel()),
        }
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, block.schema) as writer:
        writer.write_batch(block)
    client.raw_insert("memberships", insert_block=sink.getvalue().to_pybytes(), fmt="ArrowStream")
    stored = int(client.query(_SQL.stored, parameters={"version": version}).result_rows[0][0])
    if stored < count * width:
        raise NotStored(f"memberships has {stored} of {count * width} rows of version {version}")


def kept(conn: Connection, cores: Mapping[int, Core]) -> dict[int, Core | Kept]:
    """The cores of segments, by number, where ClickHouse has the members of just these as `Kept`.

    It has them when all are there who were found when the segment was filled, and little waits of
    what changed since.
    """
    digests: dict[int, bytes] = dict(conn.execute(_SQL.kept, {"most": _MOST_WAITING}).fetchall())
    return {
        number: Kept(number) if digests.get(number) == _digest(core) else core
        for number, core in cores.items()
    }


def _digest(core: Core) -> bytes:
    """By what live membership knows a question."""
    return ids.hash16(msgspec.json.encode(core))
