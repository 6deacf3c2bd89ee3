"""Calls everybody in a segment at the times of a schedule, some at a time, each once.

A time that nobody was awake for is caught up within GRACE_MS; an older one is not, and says so. Of
several that were missed only the last is caught up: nobody is called five times for five times.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.journeys import stored
from kervan.journeys.entry import calling
from kervan.journeys.entry.calling import AT_ONCE, Call, Calling, Callings
from kervan.journeys.triggers import cron, instant
from kervan.kernel import clock, log, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.segments import ask
from kervan.segments.columns import Uint32
from kervan.segments.definitions import store as segments
from kervan.segments.definitions.resolve import resolve
from kervan.segments.tree import Member

_SQL = sql.load(__package__, "store.sql")
_log = log.get("journeys")
GRACE_MS = 3 * 3_600_000
MOST_TIMES = 1_000
"""Opened in one step, of all journeys together: after a long night there may be many."""
_NEXT, _AHEAD_MS = 5, 400 * 86_400_000
OPEN, DONE, MISSED, SKIPPED, REFUSED = "open", "done", "missed", "skipped", "refused"


class Turn(NamedTuple):
    """A time that is due: members of `segment` behind the person `after` are still to be called."""

    journey: int
    at_ms: int
    segment: str
    after: int


class Schedules:
    """The schedules of one workspace, whose own times are in `zone`."""

    def __init__(self, zone: str) -> None:
        self._callings = Callings("schedule", zone)
        self._members: tuple[tuple[int, int], Uint32] = ((0, 0), np.zeros(0, np.uint32))

    def step(self, conn: Connection, history: Client, at_ms: int) -> bool:
        """Open the turns that are due, and call some of those whose turn it is.

        The caller commits. There is never more to do at once: everybody's events go before.
        """
        mine = {one.journey: one for one in self._callings.now(conn)}
        if mine:
            self._open(conn, list(mine.values()), at_ms)
        row = conn.execute(_SQL.open_turn).fetchone()
        if row is not None:
            turn = Turn(row[0], clock.to_ms(row[1]), row[2], row[3])
            self._call(conn, history, turn, mine.get(turn.journey))
        return False

    def _open(self, conn: Connection, mine: list[Calling], at_ms: int) -> None:
        asked = {"journeys": [one.journey for one in mine]}
        last: dict[int, datetime] = dict(conn.execute(_SQL.last_turns, asked).fetchall())
        room = MOST_TIMES
        for one in mine:
            seen = max(one.since_ms, one.definition.starts_ms - 1)
            if one.journey in last:
                seen = max(seen, clock.to_ms(last[one.journey]))
            until = min(at_ms, one.definition.ends_ms - 1)
            times = due(one, seen, until, room + 1)
            # What is left over is opened in the next step, and its last time is caught up then.
            is_all, times = len(times) <= room, times[:room]
            room -= len(times)
            if not times:
                continue
            states = [MISSED if at_ms - time > GRACE_MS else SKIPPED for time in times]
            if states[-1] == SKIPPED and is_all:
                states[-1] = OPEN
            schedule = one.definition.header.trigger.schedule
            assert schedule is not None
            conn.execute(
                _SQL.add_turns,
                {
                    "journey": one.journey,
                    "at": [clock.from_ms(time) for time in times],
                    "state": states,
                    "segment": schedule.segment,
                },
            )
            if MISSED in states:
                _log.warning("journey_time_missed", journey=one.key, count=states.count(MISSED))

    def _call(
        self, conn: Connection, history: Client, turn: Turn, mine: Calling | None
    ) -> None:  # fmt: skip
        if mine is None:  # stopped meanwhile, or started by something else now
            _move(conn, turn, REFUSED, reason="journeys.turn_journey_gone")
            return
        try:
            people = self._who(conn, history, turn)
        except KervanError as error:
            _move(conn, turn, REFUSED, reason=error.code)
            _log.error("journey_turn_refused", journey=mine.key, code=error.code)
            return
        some = people[np.searchsorted(people, turn.after, side="right") :][:AT_ONCE]
        told = {"segment": turn.segment, "time": clock.from_ms(turn.at_ms).isoformat()}
        calls = [Call(one, str(turn.at_ms), turn.at_ms, dict(told)) for one in some.tolist()]
        calling.call(conn, mine, "schedule", calls)
        after = int(some[-1]) if len(some) else turn.after
        _move(conn, turn, DONE if len(some) < AT_ONCE else OPEN, after, len(some))

    def _who(self, conn: Connection, history: Client, turn: Turn) -> Uint32:
        """The members as of the turn's time; who takes a turn over asks the same question."""
        mine = (turn.journey, turn.at_ms)
        if self._members[0] != mine:
            core = resolve(Member(turn.segment), segments.trees(conn), segments.lists(conn))
            self._members = (mine, ask.members(history, core, turn.at_ms))
        return self._members[1]


def due(one: Calling, seen_ms: int, until_ms: int, limit: int) -> list[int]:
    """The first instants of a schedule after `seen_ms` up to and with `until_ms`."""
    schedule = one.definition.header.trigger.schedule
    assert schedule is not None
    zone = schedule.zone or one.definition.zone
    if schedule.once:
        at = instant.parse(schedule.once, zone)
        return [at] if at is not None and seen_ms < at <= until_ms else []
    times = cron.parse(schedule.as_cron)
    return cron.between(times, zone, seen_ms, until_ms, limit) if times is not None else []


def _move(
    conn: Connection, turn: Turn, state: str, after: int = 0, count: int = 0, reason: str = ""
) -> None:
    conn.execute(
        _SQL.move_turn,
        {
            "journey": turn.journey,
            "at": clock.from_ms(turn.at_ms),
            "state": state,
            "after": after,
            "count": count,
            "reason": reason,
        },
    )


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a time of a schedule, or is to become of it (`next`)."""

    at: datetime
    state: str
    segment: str
    people: int = 0
    reason: str = ""


def told(conn: Connection, key: str, at_ms: int, zone: str, limit: int) -> list[Told]:
    """The next NEXT times of a live journey's schedule and the latest ones, latest first.

    Raises journeys.unknown_journey (404).
    """
    row = conn.execute(_SQL.live, {"key": key}).fetchone()
    if row is None:
        raise KervanError("journeys.unknown_journey", status=404, key=key[:80])
    mine = Calling(0, key, stored.read(str(row[0]), zone), at_ms)
    schedule = mine.definition.header.trigger.schedule
    if schedule is None:
        return []
    end_ms = min(at_ms + _AHEAD_MS, mine.definition.ends_ms)
    ahead = calling.open_between(mine, due(mine, at_ms, end_ms, _NEXT))
    found = [Told(clock.from_ms(one), "next", schedule.segment) for one in reversed(ahead)]
    past = conn.execute(_SQL.turns, {"key": key, "limit": limit}).fetchall()
    return found + [Told(*one) for one in past]
