"""Keeps broadcasts: their versions, what one started with, how far it has come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from kervan.content import choice
from kervan.content.messages import store as messages
from kervan.delivery.broadcasts import who
from kervan.delivery.broadcasts.definition import RESEND, Broadcast, canonical, decode
from kervan.delivery.broadcasts.read import NOT_VALID
from kervan.delivery.broadcasts.winner import Winner
from kervan.kernel import i18n, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.kernel.shaped import NotValid, Problem
from kervan.segments.definitions.users import Use
from kervan.segments.problem import SegmentNotValid

_SQL = sql.load(__package__, "store.sql")
NEW, CHANGED, SAME = "new", "changed", "same"
DRAFT, SCHEDULED, RUNNING = "draft", "scheduled", "running"
CANCELLING, CANCELLED, DONE = "cancelling", "cancelled", "done"
OPEN = (DRAFT, SCHEDULED)
"""While it is one of these its text may change."""
_MOMENT = timedelta(minutes=1)


class Speaks(msgspec.Struct, frozen=True):
    """What a variant says, pinned: a version of a message, and its template on each channel."""

    name: str
    message: str
    version: int
    routes: list[tuple[str, int]]
    message_class: str
    topic: str = ""
    brand: str = ""


class Frozen(msgspec.Struct, frozen=True):
    """What a broadcast started with: its variants, what it says again, the zones of its people."""

    arms: list[Speaks]
    resend: Speaks | None
    start_ms: int
    zones: list[str] = []


@dataclass(frozen=True, slots=True)
class Kept:
    """A broadcast as it stands; see the table for what the fields mean."""

    number: int
    key: str
    version: int
    status: str
    wanted: Broadcast
    author: str
    changed_at: datetime
    starts_at: datetime | None
    started_by: str
    frozen: Frozen | None
    frozen_at: datetime | None
    audience: int
    phase: str
    planned_to: int
    test_ended_at: datetime | None
    winner: Winner | None
    resend_audience: int
    finished_at: datetime | None
    problem: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What applying a text would do: `change` is `new`, `changed` or `same`."""

    wanted: Broadcast
    change: str
    number: int
    speaks: list[Speaks]

    def say(self, locale: str) -> str:
        """The plan in a sentence, with a line per variant."""
        wanted = self.wanted
        facts = {"key": wanted.key, "name": wanted.name, "number": self.number}
        lines = [i18n.say(f"delivery.broadcast_plan_{self.change}", locale, **facts)]
        for one in self.speaks:
            by = ", ".join(channel for channel, _ in one.routes)
            lines.append(f"  {one.name}: {one.message} ({one.version}), {by}")
        return "\n".join(lines)


def get(conn: Connection, key: str) -> Kept:
    """A broadcast. Raises delivery.broadcast_unknown (404)."""
    row = conn.execute(_SQL.one, {"key": key}).fetchone()
    if row is None:
        raise KervanError("delivery.broadcast_unknown", status=404, key=key[:80])
    return _kept(row)


def hold(conn: Connection, key: str) -> Kept:
    """The same, and nobody else changes it until the transaction ends."""
    if conn.execute(_SQL.hold, {"key": key}).fetchone() is None:
        raise KervanError("delivery.broadcast_unknown", status=404, key=key[:80])
    return get(conn, key)


def every(conn: Connection, limit: int = 100, before: int = 0) -> list[Kept]:
    """The latest broadcasts, with numbers below `before` (0: all)."""
    values = {"limit": limit, "before": before or 2**31 - 1}
    return [_kept(row) for row in conn.execute(_SQL.every, values).fetchall()]


def at_work(conn: Connection, at: datetime) -> list[Kept]:
    """What the runner has to do with: what runs, is being cancelled, or is due to start."""
    return [_kept(row) for row in conn.execute(_SQL.at_work, {"at": at}).fetchall()]


def watched(conn: Connection, at: datetime, limit: int) -> list[Kept]:
    """What somebody may be watching: what is at work, or ended a moment ago; the latest first."""
    values = {"at": at, "since": at - _MOMENT, "limit": limit}
    return [_kept(row) for row in conn.execute(_SQL.watched, values).fetchall()]


def plan(conn: Connection, wanted: Broadcast) -> Plan:
    """What `apply` would do. Raises NotValid for messages and segments there are not, and
    delivery.broadcast_started (409)."""
    speaks = [*_speaks(conn, wanted, keep=False)]
    row = conn.execute(_SQL.one, {"key": wanted.key}).fetchone()
    if row is None:
        return Plan(wanted, NEW, 1, speaks)
    kept = _kept(row)
    if kept.wanted == wanted:
        return Plan(wanted, SAME, kept.version, speaks)
    if kept.status not in OPEN:
        raise KervanError("delivery.broadcast_started", status=409, key=wanted.key)
    return Plan(wanted, CHANGED, kept.version + 1, speaks)


def apply(
    conn: Connection, wanted: Broadcast, author: str, at: datetime, expected: int | None = None
) -> Plan:
    """Keep a broadcast as a draft, in the caller's transaction; twice is once.

    One that is scheduled is a draft again: it was started with another text, for another time, by
    somebody who may start it. `expected` is the version it was written over, 0 for none: over
    another one it raises delivery.broadcast_meanwhile (409). Raises as `plan`.
    """
    conn.execute(_SQL.hold, {"key": wanted.key})
    planned = plan(conn, wanted)
    if planned.change == SAME:
        return planned
    if expected is not None and expected != planned.number - 1:
        facts = {"key": wanted.key, "version": planned.number - 1, "expected": expected}
        raise KervanError("delivery.broadcast_meanwhile", status=409, **facts)
    values = {
        "key": wanted.key, "version": planned.number, "definition": canonical(wanted),
        "author": author, "at": at,
    }  # fmt: skip
    row = conn.execute(_SQL.put, values).fetchone()
    assert row is not None
    conn.execute(_SQL.add_version, {**values, "broadcast": row[0]})
    return planned


def speaks(conn: Connection, wanted: Broadcast) -> tuple[list[Speaks], Speaks | None]:
    """The variants and what is said again, their messages pinned as they are now."""
    found = _speaks(conn, wanted, keep=True)
    return found[: len(wanted.variants)], (found[-1] if wanted.resend is not None else None)


def start(conn: Connection, kept: Kept, starts_at: datetime, by: str) -> None:
    """Let it begin at `starts_at`; the runner does the rest."""
    conn.execute(_SQL.start, {"number": kept.number, "at": starts_at, "by": by})


def begin(conn: Connection, kept: Kept, frozen: Frozen, audience: int, at: datetime) -> None:
    """Its audience is frozen: planning goes on from here."""
    phase = "test" if kept.wanted.test and kept.wanted.test.share_percent < 100 else "all"
    values = {
        "number": kept.number, "frozen": msgspec.json.encode(frozen).decode(),
        "audience": audience, "at": at, "phase": phase,
    }  # fmt: skip
    conn.execute(_SQL.begin, values)


def fail(conn: Connection, kept: Kept, problem: str) -> None:
    """It could not begin: it is a draft again, and says why."""
    conn.execute(_SQL.fail, {"number": kept.number, "problem": problem})


def advance(conn: Connection, kept: Kept, phase: str, planned_to: int) -> None:
    """Planning of `phase` has come to the person `planned_to`."""
    values = {"number": kept.number, "phase": phase, "planned_to": planned_to}
    conn.execute(_SQL.advance, values)


def test_ended(conn: Connection, kept: Kept, at: datetime) -> None:
    """Nobody of the test waits any more: from now on reactions are waited for."""
    conn.execute(_SQL.test_ended, {"number": kept.number, "at": at})


def won(conn: Connection, kept: Kept, winner: Winner) -> None:
    """The winner is picked; the rest is planned next."""
    text = msgspec.json.encode(winner).decode()
    conn.execute(_SQL.won, {"number": kept.number, "winner": text})


def grow_resend(conn: Connection, kept: Kept, count: int) -> None:
    """So many more are written to again."""
    conn.execute(_SQL.grow_resend, {"number": kept.number, "count": count})


def turn(conn: Connection, kept: Kept, status: str, at: datetime | None = None) -> None:
    """Give it a status; `at` is when it ended."""
    conn.execute(_SQL.turn, {"number": kept.number, "status": status, "at": at})


def _kept(row: tuple[Any, ...]) -> Kept:
    number, key, version, status, text, author, changed_at, starts_at, by, frozen, *rest = row
    frozen_at, audience, phase, planned_to, test_ended_at, winner, again, finished, problem = rest
    return Kept(
        number, key, version, status, decode(text), author, changed_at, starts_at, by,
        msgspec.convert(frozen, Frozen) if frozen else None, frozen_at, audience, phase, planned_to,
        test_ended_at, msgspec.convert(winner, Winner) if winner else None, again, finished,
        problem,
    )  # fmt: skip


def _speaks(conn: Connection, wanted: Broadcast, *, keep: bool) -> list[Speaks]:
    """All that is said, the variants first; `keep` pins it, else templates are told as 0."""
    problems: list[Problem] = []
    asked = [
        (f"/test/variants/{place}/message" if wanted.test else "/message", one.name, one.message)
        for place, one in enumerate(wanted.variants)
    ]
    if wanted.resend is not None:
        again = wanted.resend.message or wanted.variants[0].message
        asked.append(("/resend/message", RESEND, again))
    found = []
    for path, name, message in asked:
        one = _one(conn, wanted, (path, name, message), problems, keep=keep)
        found += [one] if one else []
    if not wanted.everybody or wanted.except_:
        try:
            who.question(conn, wanted)
        except SegmentNotValid as error:
            facts = {"reason": error.say("en").split("\n")[-1][:200]}
            problems.append(Problem("delivery.broadcast_segment", "/segment", facts))
    if problems:
        raise NotValid(NOT_VALID, problems)
    return found


def _one(
    conn: Connection, wanted: Broadcast, asked: tuple[str, str, str], problems: list[Problem], *,
    keep: bool,
) -> Speaks | None:  # fmt: skip
    path, name, message = asked
    try:
        version = messages.get(conn, message)
    except KervanError:
        facts: dict[str, object] = {"message": message}
        problems.append(Problem("delivery.broadcast_message", path, facts))
        return None
    written, said = version.templates, version.definition
    missing = [one for one in wanted.channels if one not in written]
    for channel in missing:
        place = f"/channels/{wanted.channels.index(channel)}"
        facts = {"message": message, "channel": channel, "known": ", ".join(written)}
        problems.append(Problem("delivery.broadcast_channel", place, facts))
    if missing:
        return None
    order = wanted.channels or tuple(one for one in said.variants if one in written)
    routes = [(one, choice.save(conn, written[one], said.language) if keep else 0) for one in order]
    return Speaks(name, message, version.number, routes, said.purpose, said.topic, said.brand)


def of_segments(conn: Connection) -> list[tuple[str, Use]]:
    """(segment, broadcast) for each segment that a broadcast still to be sent is to, or leaves
    out."""
    found = []
    for (text,) in conn.execute(_SQL.coming).fetchall():
        one = decode(text)
        for key in dict.fromkeys([one.segment, *one.except_]):
            if key:
                found.append((key, Use("broadcast", one.key, one.name)))
    return found
