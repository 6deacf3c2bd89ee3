"""Answers what steps ask about people from both databases: one question for all who ask alike.

A branch that asks about what a person just did must not be quicker than history: events reach
ClickHouse a moment after they are processed, and what is known of people a moment after that. So
before each question it is waited until history has the batches that were processed
before it, and the rows of those who are asked about; not longer than LONGEST_SECONDS, and not at
all for a while where that did not help. The turn waits with what it holds, its own people and the
seats of limited journeys: who comes for those seats waits along.
"""

from collections.abc import Callable, Sequence

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.journeys import rule as rules
from kervan.journeys.facts import best as hours
from kervan.journeys.facts import dates, shares
from kervan.journeys.steps import local
from kervan.journeys.steps.step import NEVER, Bools, Float64, Int64
from kervan.kernel import clock, log, postgres, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.segments.columns import Events, People, Uint32
from kervan.segments.definitions import store as definitions
from kervan.segments.evaluate.asking import Asking
from kervan.segments.gather import gather
from kervan.segments.live import store as membership
from kervan.segments.lower import Core, lower
from kervan.segments.needs import Needs, needs
from kervan.segments.rfm import stages

LONGEST_SECONDS = 2.0
MOST_PEOPLE = 5_000
"""Asked about in one question: what they did has to lie in memory."""
_LOOK_SECONDS = 0.02
_FORGIVE_SECONDS = 60.0
_ENGAGED = dict(zip(stages.LEVELS, (0.9, 0.5, 0.1), strict=True))
_SQL = sql.load(__package__, "facts.sql")
_log = log.get("facts")


class LiveFacts:
    """`Facts` of one workspace, on the connection of the turn that asks and a client of its own.

    `workspace` is its number, `zone` that of whom none is known. From turn to turn nothing is
    kept but what rules mean.
    """

    def __init__(
        self, conn: Connection, client: Client, workspace: int, zone: str,
        longest_seconds: float = LONGEST_SECONDS,
    ) -> None:  # fmt: skip
        self._conn = conn
        self._client = client
        self._workspace = workspace
        self._zone = zone
        self._longest_seconds = longest_seconds
        self._edition = -1
        self._cores: dict[str, Core | None] = {}
        self._hasty_until: dict[str, float] = {}
        """Until when what is not waited for, in seconds of the monotonic clock."""

    def meets(self, rule: str, person: Int64, at_ms: Int64) -> Bools:
        """Who meets a rule tree, each at her time; nobody who is unknown or gone.

        A rule that names a segment which is not there any more is met by nobody, and logged.
        """
        core = self._core(rule)
        met = np.zeros(len(person), np.bool_)
        if core is not None:
            wanted = needs([core])
            for rows in _parts(person):
                met[rows] = self._meets(core, wanted, person[rows], at_ms[rows])
        return met

    def _meets(self, core: Core, wanted: Needs, person: Int64, at_ms: Int64) -> Bools:
        found, events, place = self._gather(person, wanted, int(at_ms.min()))
        met = np.zeros(len(person), np.bool_)
        for rows in _apart(place):
            # Of whom is asked twice, each time is asked by itself.
            when = np.zeros(len(found), np.int64)
            when[place[rows]] = at_ms[rows]
            met[rows] = Asking(found, events, when).answer(core).holds[place[rows]]
        return met

    def zones(self, person: Int64, at_ms: Int64) -> Sequence[str]:
        """Each one's IANA zone; that of the workspace where hers is not known."""
        zone = np.full(len(person), self._zone, object)
        for rows in _parts(person):
            found, _, place = self._gather(person[rows], Needs())
            zone[rows] = self._zones(found, place)
        told: list[str] = zone.tolist()
        return told

    def dates(self, field: str, person: Int64, at_ms: Int64) -> Int64:
        """A date of hers in days since 1970-01-01 by her own calendar, NEVER without one."""
        day = np.full(len(person), NEVER, np.int64)
        is_birthday = field == dates.BIRTHDAY
        wanted = Needs() if is_birthday else Needs(moments={field})
        for rows in _parts(person):
            found, _, place = self._gather(person[rows], wanted)
            mine = np.flatnonzero(place >= 0)
            at, zone = place[mine], self._zones(found, place[mine])
            if is_birthday:
                day[rows[mine]] = dates.birthday(found.birthday[at], zone, at_ms[rows[mine]])
            elif len(mine):
                day[rows[mine]] = dates.day(found.moments[field][at], zone)
        return day

    def engaged(self, person: Int64, at_ms: Int64) -> Float64:
        """By the score `engagement`: 0.9 engaged, 0.5 cooling or nothing known, 0.1 unengaged."""
        ready = np.full(len(person), 0.5)
        for rows in _parts(person):
            found, _, place = self._gather(person[rows], Needs(facts={"engagement"}))
            mine = np.flatnonzero(place >= 0)
            if len(mine):
                level = found.texts["engagement"]
                of_level = np.array([*(_ENGAGED.get(one, 0.5) for one in level.words), 0.5])
                ready[rows[mine]] = of_level[level.codes[place[mine]]]
        return ready

    def shares(self, place: str, ways: Sequence[str], at_ms: Int64) -> Float64:
        """Rows x ways: the shares that were learnt last before each time, NaN before the first."""
        return shares.in_force(self._conn, place, ways, at_ms)

    def best(self, person: Int64, at_ms: Int64, window: tuple[int, int]) -> Int64:
        """The instant of each one's best hour from `at_ms` on, within `window` (minutes)."""
        zone = self.zones(person, at_ms)
        return hours.best(self._conn, person, at_ms, zone, window)

    def _zones(self, found: People, place: Int64) -> list[str]:
        names = [one if local.known(one) else self._zone for one in found.zone.words]
        names.append(self._zone)
        codes = np.where(place >= 0, np.append(found.zone.codes, -1)[place], -1)
        return [names[code] for code in codes.tolist()]

    def _gather(
        self, person: Int64, wanted: Needs, at_ms: int | None = None
    ) -> tuple[People, Events, Int64]:
        """The profiles of these people, their events, and whose row each is (-1 for nobody's)."""
        head_of = profiles.heads(self._conn, set(person.tolist()))
        heads = np.array([head_of.get(one, one) for one in person.tolist()], np.uint32)
        asked = np.unique(heads)
        self._wait(asked)
        found, events = gather(self._conn, self._client, asked, wanted, at_ms)
        if not len(found):
            return found, events, np.full(len(person), -1, np.int64)
        place = np.minimum(np.searchsorted(found.person, heads), len(found) - 1)
        mine = found.person[place] == heads
        return found, events, np.where(mine, place, -1).astype(np.int64)

    def _core(self, rule: str) -> Core | None:
        edition = definitions.edition(self._conn)
        if edition != self._edition:
            self._cores.clear()
            self._edition = edition
        if rule not in self._cores:
            active = definitions.every(self._conn)
            trees = {one.key: one.tree for one in active if one.tree is not None}
            lists = {one.key: one.number for one in active if one.tree is None}
            try:
                self._cores[rule] = lower(rules.node(rule), trees, lists)
            except KervanError as error:
                self._cores[rule] = None  # told once, until a definition changes
                _log.error("rule_not_asked", error=error.code)
        return self._cores[rule]

    def _wait(self, heads: Uint32) -> None:
        """Until history has what was processed, and what is known of these people."""
        last = membership.last_batch(self._conn, self._workspace)
        people: dict[str, object] = {"people": postgres.array(heads.tolist())}
        self._until("batches", lambda: membership.batch_is_open(self._conn, self._workspace, last))
        self._until("people", lambda: self._marked(people))

    def _until(self, what: str, lacks: Callable[[], bool]) -> None:
        begun = clock.monotonic()
        if begun < self._hasty_until.get(what, begun):
            return
        while lacks():
            if clock.monotonic() - begun > self._longest_seconds:
                _log.warning("history_lags", of=what, waited_seconds=self._longest_seconds)
                self._hasty_until[what] = clock.monotonic() + _FORGIVE_SECONDS
                return
            clock.sleep(_LOOK_SECONDS)

    def _marked(self, people: dict[str, object]) -> bool:
        return self._conn.execute(_SQL.is_marked, people).fetchone() == (True,)


def _parts(person: Int64) -> list[Int64]:
    """The rows in parts of at most MOST_PEOPLE."""
    return [
        np.arange(begin, min(begin + MOST_PEOPLE, len(person)))
        for begin in range(0, len(person), MOST_PEOPLE)
    ]


def _apart(place: Int64) -> list[Int64]:
    """The rows that have a place, in parts in which no place comes twice."""
    rows = np.flatnonzero(place >= 0)
    order = rows[np.argsort(place[rows], kind="stable")]
    ordered = place[order]
    first = np.searchsorted(ordered, ordered)
    turn = np.arange(len(order)) - first
    return [order[turn == one] for one in range(int(turn.max(initial=-1)) + 1)]
