"""Carries out what a publication, pause, resume or stop wants of runs, as who holds their buckets.

Runs belong to whoever holds the bucket of their person, so who publishes only notes what is wanted,
once per bucket, in the transaction that publishes. The worker that holds a bucket lists its runs in
the first turn that sees the note, and reaches them some thousands a turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec
import numpy as np

from kervan.journeys import stored
from kervan.journeys.decided.moved import moved
from kervan.journeys.definition import Definition
from kervan.journeys.publish.carry import Choice, Stand, carry
from kervan.journeys.steps.step import NEVER, Facts, Int64
from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "change.sql")
_ROWS_A_TURN = 20
_MIXED = 2_654_435_761
"""Knuth's multiplier (TAOCP 3, 6.4): neighbouring numbers come to lie far apart."""


class Resume(msgspec.Struct, frozen=True):
    """How people go on: who stood before a step comes to it within `spread_ms`.

    Stopped timers last as much longer as the pause did.
    """

    paused_ms: int
    spread_ms: int


@dataclass(frozen=True, slots=True)
class _Change:
    kind: str
    version: int | None
    froms: list[int]
    settings: dict[str, Any]
    at: datetime
    still_at: datetime | None
    """Since when time stands still in a paused journey, None where it runs."""


class Row(NamedTuple):
    """A run as it stands; times in ms UTC. `held_ms` is a timer that a pause has stopped."""

    run: int
    person: int
    version: int
    step: int
    entered_ms: int
    step_ms: int
    due_ms: int | None
    held_ms: int | None


def note(
    conn: Connection, journey: int, kind: str, froms: Sequence[int], at: datetime,
    version: int | None = None, settings: msgspec.Struct | None = None,
) -> None:  # fmt: skip
    """Note what is to become of the runs in versions `froms`, in the caller's transaction."""
    if not froms:
        return
    row = conn.execute(
        _SQL.note,
        {
            "journey": journey, "kind": kind, "version": version, "froms": list(froms), "at": at,
            "settings": msgspec.json.encode(settings or {}).decode(),
        },
    ).fetchone()  # fmt: skip
    assert row is not None
    conn.execute(_SQL.note_buckets, {"change": row[0]})


def work(conn: Connection, buckets: list[int], at_ms: int, facts: Facts) -> int:
    """Reach some runs of `buckets`, whose leases the caller holds; gives how many were changed.

    To be called before a turn's signals are taken, in its transaction, and before the turn reads
    what is live.
    """
    if conn.execute(_SQL.anything).fetchone() != (True,):
        return 0
    noted = conn.execute(_SQL.take_buckets, {"buckets": buckets}).fetchall()
    for change in sorted({int(one) for one, _ in noted}):
        mine = [bucket for one, bucket in noted if one == change]
        conn.execute(_SQL.list, {"change": change, "buckets": mine})
    rows = conn.execute(_SQL.take_runs, {"buckets": buckets, "limit": _ROWS_A_TURN}).fetchall()
    wanted: dict[int, list[int]] = {}
    for _, change, runs in sorted(rows):
        wanted.setdefault(int(change), []).extend(runs)
    done = 0
    for change, runs in sorted(wanted.items()):
        conn.execute(_SQL.pass_on, {"change": change, "runs": runs, "buckets": buckets})
        done += _reach(conn, change, runs, buckets, at_ms, facts)
    return done


def _reach(
    conn: Connection, number: int, runs: list[int], buckets: list[int], at_ms: int, facts: Facts
) -> int:
    row = conn.execute(_SQL.change, {"change": number}).fetchone()
    assert row is not None
    change = _Change(*row)
    asked = {"runs": runs, "versions": change.froms, "buckets": buckets}
    found = [Row(*one) for one in conn.execute(_SQL.stand, asked).fetchall()]
    if change.kind == "move":
        return _move(conn, change, found, at_ms, facts)
    if change.kind == "stop":
        conn.execute(_SQL.unhold, {"runs": runs})
        return _wake(conn, found, [at_ms] * len(found))
    if change.kind == "hold":
        return _hold(conn, change, found)
    done = _resume(conn, change, found, at_ms)
    conn.execute(_SQL.unhold, {"runs": runs})
    return done


def _move(conn: Connection, change: _Change, found: list[Row], at_ms: int, facts: Facts) -> int:
    choice = msgspec.convert(change.settings, Choice)
    assert change.version is not None
    now_ms = at_ms if change.still_at is None else clock.to_ms(change.still_at)
    known = definitions(conn, [*{row.version for row in found}, change.version])
    new, done = known[change.version], 0
    for version in sorted({row.version for row in found}):
        rows = [row for row in found if row.version == version]
        before = _stand(rows, held=False)
        carried = carry(known[version], new, choice, _stand(rows, held=True), now_ms, facts)
        stopped = np.array([row.held_ms is not None for row in rows], np.bool_)
        waits = stopped & carried.moved & (carried.step < len(new.nodes))
        # Whose timer a pause has stopped gets it when the journey goes on.
        which = np.flatnonzero(waits)
        runs = [rows[i].run for i in which]
        conn.execute(_SQL.hold, {"runs": runs, "dues": _times(carried.due_ms[which])})
        due = np.where(waits, NEVER, carried.due_ms)
        changed = np.flatnonzero(carried.moved)
        conn.execute(
            _SQL.carry,
            {
                "version": change.version,
                "runs": [rows[i].run for i in changed],
                "steps": carried.step[changed].tolist(),
                "dues": _times(due[changed]),
            },
        )
        mine = [rows[i] for i in changed]
        moved(
            conn, [row.run for row in mine], [row.person for row in mine], change.version, at_ms,
            carried.step[changed], due[changed],
        )  # fmt: skip
        fresh = np.flatnonzero(carried.moved & (due != before.due_ms))
        _timers(conn, [rows[i] for i in fresh], _times(due[fresh]))
        done += len(changed)
    return done


def _hold(conn: Connection, change: _Change, found: list[Row]) -> int:
    sizes = _sizes(conn, change.froms)
    rows = [row for row in found if row.step < sizes[row.version] and row.due_ms is not None]
    runs = [row.run for row in rows]
    conn.execute(_SQL.hold, {"runs": runs, "dues": [row.due_ms for row in rows]})
    conn.execute(_SQL.set_due, {"runs": runs, "dues": [None] * len(rows)})
    return len(rows)


def _resume(conn: Connection, change: _Change, found: list[Row], at_ms: int) -> int:
    how = msgspec.convert(change.settings, Resume)
    sizes = _sizes(conn, change.froms)
    begins_ms = max(at_ms, clock.to_ms(change.at))
    rows: list[Row] = []
    dues: list[int | None] = []
    for row in found:
        if row.step >= sizes[row.version]:
            rows.append(row)
            dues.append(begins_ms + row.run * _MIXED % max(1, how.spread_ms))
        elif row.held_ms is not None:
            rows.append(row)
            dues.append(row.held_ms + how.paused_ms)
    return _wake(conn, rows, dues)


def _wake(conn: Connection, rows: list[Row], dues: list[int | None]) -> int:
    conn.execute(_SQL.set_due, {"runs": [row.run for row in rows], "dues": dues})
    _timers(conn, rows, dues)
    return len(rows)


def _timers(conn: Connection, rows: list[Row], dues: list[int | None]) -> None:
    args = {
        "runs": [row.run for row in rows],
        "buckets": [row.person % 256 for row in rows],
        "dues": dues,
    }
    conn.execute(_SQL.wake, args)


def _stand(rows: list[Row], *, held: bool) -> Stand:
    """The rows as columns; with `held` a timer that a pause has stopped counts as hers."""
    dues = [row.held_ms if held and row.held_ms is not None else row.due_ms for row in rows]
    return Stand(
        np.array([row.person for row in rows], np.int64),
        np.array([row.step for row in rows], np.int16),
        np.array([row.entered_ms for row in rows], np.int64),
        np.array([row.step_ms for row in rows], np.int64),
        np.array([NEVER if one is None else one for one in dues], np.int64),
    )


def _times(due_ms: Int64) -> list[int | None]:
    return [None if one == NEVER else one for one in due_ms.tolist()]


def _sizes(conn: Connection, versions: Sequence[int]) -> dict[int, int]:
    return {one: len(text.nodes) for one, text in definitions(conn, versions).items()}


def definitions(conn: Connection, versions: Sequence[int]) -> dict[int, Definition]:
    """Versions by their ids, without gates."""
    rows = conn.execute(_SQL.texts, {"versions": list(versions)}).fetchall()
    return {int(id_): _parsed(text) for id_, text in rows}


@lru_cache(maxsize=64)
def _parsed(text: str) -> Definition:
    return stored.read(text)
