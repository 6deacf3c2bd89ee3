"""Says through which journeys somebody went, for her own eyes."""

from typing import Any

import msgspec

from kervan.journeys.seal import CONTEXT, Seal
from kervan.kernel import sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "erase.sql")


def disclose(conn: Connection, vault: WorkspaceVault, people: list[int]) -> list[dict[str, Any]]:
    """The runs of `people`, oldest first: which journey, since when, where, what was carried."""
    rows = conn.execute(_SQL.disclose, {"people": people}).fetchall()
    names = ("journey", "version", "entered_at", "step", "since", "is_inside")
    seal = Seal(vault)
    return [
        {
            **dict(zip(names, row, strict=True)),
            "context": msgspec.json.decode(seal.open(CONTEXT, b"%d" % run, context))
            if context
            else None,
        }
        for *row, run, context in rows
    ]


def points(conn: Connection, people: list[int]) -> list[dict[str, Any]]:
    """The points that journeys promised `people`, oldest first; `taken_at` is when somebody who
    keeps accounts took the promise."""
    rows = conn.execute(_SQL.points, {"people": people}).fetchall()
    names = ("points", "reason", "journey", "at", "taken_at")
    return [dict(zip(names, row, strict=True)) for row in rows]
