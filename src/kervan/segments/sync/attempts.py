"""Keeps what was said to the receivers of segments, and what they answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kervan.kernel import i18n, sql
from kervan.kernel.postgres import Connection
from kervan.segments.sync.store import Said, Sync

_SQL = sql.load(__package__, "attempts.sql")
KEPT = 300
"""So many attempts of each segment."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call with `added` and `removed` people; `problem` is "" when it was acknowledged.

    `attempt` counts those of its batch from 1; `next_at` is when the next was meant to be.
    """

    id: int
    segment: str
    name: str
    batch: str
    sequence: int
    attempt: int
    url: str
    added: int
    removed: int
    at: datetime
    took_ms: int
    problem: str
    next_at: datetime | None


def write(
    conn: Connection, one: Sync, said: tuple[Sequence[Said], Sequence[Said]], at: datetime,
    took_ms: int, problem: str, next_at: datetime | None,
) -> None:  # fmt: skip
    """Keep an attempt at the batch of `one` in the caller's transaction; old ones go."""
    added, removed = said
    conn.execute(
        _SQL.write,
        {
            "segment": one.segment, "batch": one.batch_id, "sequence": one.sequence,
            "attempt": one.attempts + 1, "url": one.url, "added": len(added),
            "removed": len(removed), "at": at, "took_ms": took_ms, "problem": problem,
            "next_at": next_at,
        },
    )  # fmt: skip
    conn.execute(_SQL.forget, {"segment": one.segment, "kept": KEPT})


def latest(conn: Connection, segment: str, before: int, limit: int) -> list[Attempt]:
    """The latest attempts, of one segment or (with "") of all, going on behind `before` (0: none).

    The latest one comes first.
    """
    asked = {"segment": segment, "before": before, "limit": limit}
    return [Attempt(*row) for row in conn.execute(_SQL.latest, asked).fetchall()]


def say(problem: str, locale: str) -> str:
    """What became of an attempt, in a sentence."""
    if not problem:
        return i18n.say("segments.sync_taken", locale)
    if problem == "http_410":
        return i18n.say("segments.sync_gone", locale)
    if problem.startswith("http_"):
        return i18n.say("segments.sync_answered", locale, status=problem.removeprefix("http_"))
    if problem in ("unreachable", "no_answer"):
        return i18n.say(f"segments.sync_{problem}", locale)
    return i18n.say("segments.sync_forbidden", locale)
