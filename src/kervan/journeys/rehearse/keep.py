"""Keeps the rehearsals that were asked for: how far each is, what it told, whom it told of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from kervan.journeys.rehearse import report as reports
from kervan.journeys.rehearse.compare import Comparison, Pair
from kervan.journeys.rehearse.report import Report, Story
from kervan.kernel import sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "keep.sql")
RUNNING, DONE, FAILED = "running", "done", "failed"
KEPT = timedelta(days=30)
MOST = 100
"""So many are listed."""
SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Kept:
    """A rehearsal as it stands; `state` is running, done, failed or interrupted.

    `asked` is the request, `share` how much of `doing` is done (0 to 1), `problem` a code with its
    `facts`. `report` is JSON of a Report or a Comparison without people, None in lists.
    """

    id: UUID
    journey: str
    asked: dict[str, Any]
    by: str
    at: datetime
    state: str
    doing: str
    share: float
    ended_at: datetime | None
    problem: str
    facts: dict[str, Any]
    report: str | None


def begin(conn: Connection, id_: UUID, journey: str, asked: bytes, by: str, at: datetime) -> None:
    """Take down that one runs from now on, held by this session until it ends. `conn` commits
    each statement by itself."""
    conn.execute(_SQL.tidy, {"before": at - KEPT})
    conn.execute(_SQL.hold, {"id": id_})
    values = {"id": id_, "journey": journey, "asked": asked.decode(), "by": by, "at": at}
    conn.execute(_SQL.add, values)


def progress(conn: Connection, id_: UUID, doing: str, share: float) -> bool:
    """Say how far one is; gives whether it is still wanted."""
    values = {"id": id_, "doing": doing, "share": share}
    return conn.execute(_SQL.progress, values).fetchone() is not None


def done(conn: Connection, id_: UUID, told: Report | Comparison, at: datetime) -> None:
    """Keep what one told, the people apart from the figures, in the caller's transaction."""
    if not _finish(conn, id_, DONE, at, report=reports.encode(_bare(told)).decode()):
        return
    parts = list(_stories(told))
    values = {
        "id": id_, "parts": [part for part, _, _ in parts],
        "people": [person for _, person, _ in parts], "stories": [story for _, _, story in parts],
    }  # fmt: skip
    conn.execute(_SQL.tell, values)


def failed(conn: Connection, id_: UUID, error: KervanError, at: datetime) -> None:
    """Keep why one came to nothing."""
    _finish(conn, id_, FAILED, at, problem=error.code, facts=error.params)


def _finish(
    conn: Connection, id_: UUID, state: str, at: datetime, *, problem: str = "",
    facts: dict[str, Any] | None = None, report: str | None = None,
) -> bool:  # fmt: skip
    said = msgspec.json.encode(facts or {}, enc_hook=str).decode()
    values = {
        "id": id_, "state": state, "at": at, "problem": problem, "facts": said, "report": report,
    }  # fmt: skip
    return conn.execute(_SQL.finish, values).fetchone() is not None


def let_go(conn: Connection, id_: UUID) -> None:
    """Hold it no longer."""
    conn.execute(_SQL.let_go, {"id": id_})


def every(conn: Connection, at: datetime) -> list[Kept]:
    """The latest rehearsals, without their reports."""
    conn.execute(_SQL.interrupted, {"at": at})
    return [Kept(*row) for row in conn.execute(_SQL.listed, {"limit": MOST}).fetchall()]


def get(conn: Connection, id_: UUID, at: datetime) -> Kept:
    """One of them. Raises journeys.rehearsal_unknown (404)."""
    conn.execute(_SQL.interrupted, {"at": at})
    row = conn.execute(_SQL.one, {"id": id_}).fetchone()
    if row is None:
        raise KervanError("journeys.rehearsal_unknown", status=404)
    return Kept(*row)


def told(conn: Connection, kept: Kept, *, people: bool) -> dict[str, Any] | None:
    """What a rehearsal told, with its stories if `people` may be seen; None while it runs."""
    if kept.report is None:
        return None
    found: dict[str, Any] = msgspec.json.decode(kept.report)
    if people:
        for part, story in conn.execute(_SQL.stories, {"id": kept.id}).fetchall():
            place = found
            if part != SAMPLE:
                place = next(one for one in found["differences"] if one["kind"] == part)
            place["sample"].append(msgspec.json.decode(story))
    return found


def drop(conn: Connection, id_: UUID) -> bool:
    """Forget one; what still runs ends. Gives whether there was one."""
    return conn.execute(_SQL.drop, {"id": id_}).rowcount > 0


def forget(conn: Connection, people: list[int]) -> int:
    """Forget the stories of people; gives how many."""
    return conn.execute(_SQL.forget, {"people": people}).rowcount


def _bare(told: Report | Comparison) -> Report | Comparison:
    """What was told without anybody's story."""
    if isinstance(told, Report):
        return msgspec.structs.replace(told, sample=[])
    bare = [msgspec.structs.replace(one, sample=[]) for one in told.differences]
    this, other = (msgspec.structs.replace(one, sample=[]) for one in (told.this, told.other))
    return msgspec.structs.replace(told, this=this, other=other, differences=bare)


def _stories(told: Report | Comparison) -> Iterator[tuple[str, int, str]]:
    def text(one: Story | Pair) -> str:
        return msgspec.json.encode(one, order="deterministic").decode()

    if isinstance(told, Report):
        for story in told.sample:
            yield SAMPLE, story.person, text(story)
        return
    for kind in told.differences:
        for pair in kind.sample:
            yield kind.kind, pair.person, text(pair)
