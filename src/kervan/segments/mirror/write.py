"""Writes rows of people into ClickHouse as one block, and sees that they are there."""

from collections.abc import Sequence

import msgspec
import numpy as np
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError, OperationalError

from kervan.history.link import NotStored
from kervan.kernel import log, sql
from kervan.segments.mirror.read import Row

_SQL = sql.load(__package__, "write.sql")
_log = log.get("mirror")


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
        client.raw_insert(table, insert_block=block(rows, version), fmt="JSONEachRow")
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
    """The rows as JSON lines with the columns of `people`.

    Through Arrow a trait that looks like a date would become one, whatever the settings say.
    """
    since = np.array([one.known_since_ms for one in rows], "datetime64[ms]").astype(str)
    lines = [
        {
            "person": one.person,
            "version": version,
            "gone": int(one.gone),
            "known_since": known_since.replace("T", " "),
            "zone": one.zone,
            "language": one.language,
            "country": one.country,
            "birthday": one.birthday,
            "address": one.address,
            "verified": one.verified,
            "suppressed": one.suppressed,
            "consents": one.consents,
            "traits": one.traits,
            "moments": one.moments,
        }
        for one, known_since in zip(rows, since.tolist(), strict=True)
    ]
    return b"\n".join(map(msgspec.json.encode, lines))
