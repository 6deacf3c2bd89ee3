"""Writes rows of people into ClickHouse as one block, and sees that they are there."""

from collections.abc import Sequence

import msgspec
import pyarrow as pa
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from kervan.history.link import NotStored
from kervan.kernel import log, sql
from kervan.segments.mirror.read import Row

_SQL = sql.load(__package__, "write.sql")
_log = log.get("mirror")
_MAP = pa.map_(pa.string(), pa.int64())


def write(client: Client, rows: Sequence[Row], version: int) -> None:
    """Insert `rows` under a `version` no other rows have; durable when this returns.

    Raises NotStored when ClickHouse has fewer of them afterwards.
    """
    if not rows:
        return
    put(client, "people", rows, version)
    stored = int(client.query(_SQL.stored, parameters={"version": version}).result_rows[0][0])
    if stored != len(rows):
        raise NotStored(f"people has {stored} of the {len(rows)} rows of version {version}")


def put(client: Client, table: str, rows: Sequence[Row], version: int) -> None:
    """Insert `rows` into a table like `people`.

    What ClickHouse cannot keep of one person (a trait `a.b` beside an `a` that has a `b`) is left
    out of hers, and keeps nobody else's waiting.
    """
    try:
        client.raw_insert(table, insert_block=block(rows, version), fmt="ArrowStream")
    except OperationalError:
        raise
    except DatabaseError as error:
        if len(rows) > 1:
            half = len(rows) // 2
            put(client, table, rows[:half], version)
            put(client, table, rows[half:], version)
            return
        (one,) = rows
        if not one.traits:
            raise
        kept = {name: value for name, value in one.traits.items() if "." not in name}
        one.traits = kept if len(kept) < len(one.traits) else {}
        _log.warning("traits_left_out", person=one.person, error=type(error).__name__)
        put(client, table, rows, version)


def block(rows: Sequence[Row], version: int) -> bytes:
    """The rows as one Arrow IPC stream with the columns of `people`."""

    def words(values: list[str]) -> pa.Array:
        return pa.array(values, pa.string()).dictionary_encode()

    table = pa.record_batch(
        {
            "person": pa.array([one.person for one in rows], pa.uint32()),
            "version": pa.array([version] * len(rows), pa.uint64()),
            "gone": pa.array([int(one.gone) for one in rows], pa.uint8()),
            "known_since": pa.array([one.known_since_ms for one in rows]).cast(
                pa.timestamp("ms", tz="UTC")
            ),
            "zone": words([one.zone for one in rows]),
            "language": words([one.language for one in rows]),
            "country": words([one.country for one in rows]),
            "birthday": pa.array([one.birthday for one in rows], pa.uint16()),
            "address": pa.array([one.address for one in rows], pa.uint16()),
            "verified": pa.array([one.verified for one in rows], pa.uint16()),
            "suppressed": pa.array([one.suppressed for one in rows], pa.uint16()),
            "consents": pa.array([list(one.consents.items()) for one in rows], _MAP),
            "traits": pa.array([msgspec.json.encode(one.traits) for one in rows], pa.binary()),
            "moments": pa.array([list(one.moments.items()) for one in rows], _MAP),
        }
    )
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_batch(table)
    stream: bytes = sink.getvalue().to_pybytes()
    return stream
