"""Decides what happens to people in journeys: a pure function over columns, in logical time.

A *lane* is one person in one journey (for one value of `per`, where the journey has that); lanes
never touch each other, but for the seats of a journey with a limit. Each round takes the next
thing of every lane, a due timer or a signal, whichever is earlier, so that the outcome does not
depend on how the work was cut into batches or spread over workers.

The order of things:
- a timer due at or before an event's time goes first, however late the event is processed;
- signals of a person go by their own time, then by event id;
- one signal is judged in this order: goal, exit, awaited event, and only if the person was not
  inside, trigger;
- a *late* event (older than the run's last move) undoes nothing: it still counts for goal and
  exit if it lies after the entry, and then acts at the time of the last move; it ends no wait
  that began after it, and starts no run that lies before the last one's end;
- a goal counts for the person's latest run only, within its window, also after she has left.
"""

import itertools
from collections.abc import Mapping

import numpy as np

from kervan.journeys import basket
from kervan.journeys import lanes as lanes_
from kervan.journeys import seats as seats_
from kervan.journeys.columns import (
    EXITED,
    FINISHED,
    GOAL,
    INSIDE,
    STOPPED,
    TOO_LONG,
    Book,
    Bools,
    Decisions,
    Int64,
    Log,
    Moves,
    Runs,
    Signals,
    Version,
    distinct,
    passage,
)
from kervan.journeys.definition import Node
from kervan.journeys.entering import Door, ghosts
from kervan.journeys.matching import Matching
from kervan.journeys.seats import Closed, Seats
from kervan.journeys.steps.step import (
    ARRIVE,
    DUE,
    LEAVE,
    MATCH,
    NEVER,
    STAY,
    Arrivals,
    EventMatch,
    Facts,
    Int8,
    Int16,
    Mine,
    NoFacts,
    Outcomes,
)

LIMIT_VISITS = 1_000
_ONE_BY_ONE = 100
"""As many full windows are closed one by one, exactly; a batch with thousands must end too."""
_NOTHING = NoFacts()
_UNLIMITED: Mapping[int, Seats] = {}


def decide(
    book: Book,
    runs: Runs,
    signals: Signals,
    horizon_ms: int,
    facts: Facts = _NOTHING,
    seats: Mapping[int, Seats] = _UNLIMITED,
) -> Decisions:
    """Move everybody as far as the signals, and time up to `horizon_ms`, carry them.

    `runs` holds, for every person in `signals`, her latest run of each journey (older ones may
    be among them); for others any run that may be due. `book` knows their versions, `facts` what
    the steps ask about people, `seats` how many may enter which journey: the first in time get
    them. A journey that is not named there lets in everybody.
    """
    closed = {journey: seats_.closed(one) for journey, one in seats.items()}
    matching = Matching(signals)
    for times in itertools.count():
        engine = _Engine(book, runs, signals, horizon_ms, facts, matching)
        engine.door = Door(book, signals, matching, seats, closed, facts)
        decisions = engine.run()
        every = times >= _ONE_BY_ONE
        if not seats or not _too_many(book, decisions, signals, matching, seats, closed, every):
            return decisions
    raise AssertionError("counting ends nowhere")


def _too_many(
    book: Book,
    decisions: Decisions,
    signals: Signals,
    matching: Matching,
    seats: Mapping[int, Seats],
    closed: Mapping[int, Closed],
    every: bool,
) -> bool:
    """Whether more entered than there are seats: then some is closed, and all is to do again."""
    entered, runs = decisions.entered, decisions.runs
    journey = np.zeros(len(entered), np.int64)
    for version in distinct(runs.version[entered.row]):
        journey[runs.version[entered.row] == version] = book.versions[int(version)].journey
    again = False
    taken: dict[int, Mapping[int, int]] = {}
    for one, free in seats.items():
        which = entered.signal[journey == one]
        at_ms = signals.at_ms[which]
        again |= seats_.close(free, closed[one], matching.rank[which], at_ms, every=every)
        if len(which):
            taken[one] = seats_.count(free, at_ms)
    decisions.seats = taken
    return again


class _Engine:
    door: Door

    def __init__(
        self,
        book: Book,
        runs: Runs,
        signals: Signals,
        horizon_ms: int,
        facts: Facts,
        matching: Matching,
    ) -> None:
        self.book = book
        self.facts = facts
        self.loaded = len(runs)
        self.runs = runs.take(np.arange(self.loaded))
        self.signals = signals
        self.horizon_ms = horizon_ms
        self.changed: Bools = np.zeros(self.loaded, np.bool_)
        self.matching = matching
        self.lanes = lanes_.of(book, self.runs, signals, matching)
        self.row = self.lanes.row
        self.heard: dict[int, tuple[Node, list[EventMatch]]] = {}
        self.round = 0
        self.logs: dict[str, list[tuple[Int64, ...]]] = {
            name: [] for name in ("entered", "left", "goals", "intents", "touches")
        }
        self.moves: list[tuple[Int64, ...]] = []

    def run(self) -> Decisions:
        at, end, events = self.lanes.first.copy(), self.lanes.last, self.lanes.events
        while True:
            pending = at < end
            next_ms = np.full(len(at), NEVER, np.int64)
            next_ms[pending] = self.signals.at_ms[events[at[pending]]]
            due_ms = self._due()
            fire = (due_ms <= next_ms) & (pending | (due_ms <= self.horizon_ms)) & (due_ms < NEVER)
            take = pending & ~fire
            if not fire.any() and not take.any():
                break
            self.round += 1
            if fire.any():
                self._time(self.row[fire], due_ms[fire])
            if take.any():
                lanes = np.flatnonzero(take)
                self._signals(lanes, events[at[lanes]])
                at[lanes] += 1
        logs = {name: _joined(parts) for name, parts in self.logs.items()}
        moves = Moves(*_columns(self.moves, 9))
        refused = self.door.refused()
        return Decisions(
            self.runs, self.loaded, self.changed, logs["entered"], logs["left"], logs["goals"],
            logs["intents"], logs["touches"], moves, refused,
        )  # fmt: skip

    def _due(self) -> Int64:
        due: Int64 = np.full(len(self.row), NEVER, np.int64)
        some = self.row >= 0
        rows = self.row[some]
        due[some] = np.where(self.runs.state[rows] == INSIDE, self.runs.due_ms[rows], NEVER)
        return due

    def _time(self, rows: Int64, at_ms: Int64) -> None:
        rows, at_ms = self._without_stopped(rows, at_ms)
        self._move(rows, at_ms, np.full(len(rows), DUE, np.int8), np.full(len(rows), -1))

    def _without_stopped(self, rows: Int64, at_ms: Int64) -> tuple[Int64, Int64]:
        stopped = [one.id for one in self.book.versions.values() if one.stopped]
        out = np.isin(self.runs.version[rows], stopped)
        if not out.any():
            return rows, at_ms
        nobody = np.full(int(out.sum()), -1, np.int64)
        self._leave(rows[out], at_ms[out], STOPPED, nobody)
        return rows[~out], at_ms[~out]

    def _signals(self, lanes: Int64, which: Int64) -> None:
        rows = self.row[lanes]
        known = rows >= 0
        inside = known.copy()
        inside[known] = self.runs.state[rows[known]] == INSIDE
        for version in self._versions(rows[known]):
            mine = np.flatnonzero(known)[self.runs.version[rows[known]] == version.id]
            self._one_version(version, rows[mine], which[mine], inside[mine])
        for version, some, signal in self.door.admit(self.lanes, lanes, which, inside, self.runs):
            self._start(version, some, signal)

    def _versions(self, rows: Int64) -> list[Version]:
        return [self.book.versions[int(one)] for one in distinct(self.runs.version[rows])]

    def _one_version(self, version: Version, rows: Int64, which: Int64, inside: Bools) -> None:
        runs, header = self.runs, version.definition.header
        at_ms = self.signals.at_ms[which]
        after = at_ms >= runs.entered_ms[rows]
        if "basket" in header.keep:
            follow = inside & after & self.matching.in_names(basket.NAMES)[which]
            self._log("touches", rows[follow], at_ms[follow], which[follow])
        still = inside.copy()
        acts_ms = np.maximum(at_ms, runs.step_ms[rows])
        if version.stopped:
            self._leave(rows[still], acts_ms[still], STOPPED, which[still])
            return
        if header.goal is not None:
            reached = after & self.matching.of([header.goal])[which]
            reached &= at_ms <= runs.entered_ms[rows] + header.goal.within
            reached &= runs.goal_ms[rows] == NEVER
            hit = rows[reached]
            runs.goal_ms[hit] = at_ms[reached]
            self.changed[hit] = True
            self._log("goals", hit, at_ms[reached], which[reached])
            out = reached & still
            self._leave(rows[out], acts_ms[out], GOAL, which[out])
            still &= ~reached
        out = still & after & self.matching.of(version.definition.exits)[which]
        self._leave(rows[out], acts_ms[out], EXITED, which[out])
        still &= ~out
        still &= at_ms >= runs.step_ms[rows]
        matched = np.zeros(len(rows), np.bool_)
        for number in distinct(runs.step[rows[still]]):
            here = still & (runs.step[rows] == number)
            for event in self._listens(version.definition.nodes[number]):
                matched |= here & self._meets(version.definition.nodes[number], event, rows, which)
        if matched.any():
            cause = np.full(int(matched.sum()), MATCH, np.int8)
            self._move(rows[matched], at_ms[matched], cause, which[matched])

    def _start(self, version: Version, lanes: Int64, which: Int64) -> None:
        at_ms, count = self.signals.at_ms[which], len(lanes)
        rows: Int64 = np.arange(len(self.runs), len(self.runs) + count)
        self.runs.grow(count)
        self.changed = np.concatenate([self.changed, np.ones(count, np.bool_)])
        runs = self.runs
        runs.version[rows] = version.id
        runs.person[rows] = self.signals.person[which]
        runs.key[rows] = self.lanes.key[lanes]
        runs.ghost[rows] = ghosts(version, runs.person[rows])
        runs.visit[rows] = 1
        runs.state[rows] = INSIDE
        runs.entered_ms[rows] = at_ms
        runs.step_ms[rows] = at_ms
        self.row[lanes] = rows
        self._log("entered", rows, at_ms, which)
        if "basket" in version.definition.header.keep:
            follow = self.matching.in_names(basket.NAMES)[which]
            self._log("touches", rows[follow], at_ms[follow], which[follow])
        self._move(rows, at_ms, np.full(count, ARRIVE, np.int8), np.full(count, -1))

    def _leave(self, rows: Int64, at_ms: Int64, state: int, which: Int64) -> None:
        if not len(rows):
            return
        self.runs.state[rows] = state
        self.runs.step_ms[rows] = at_ms
        self.runs.due_ms[rows] = NEVER
        self.changed[rows] = True
        self._log("left", rows, at_ms, which)

    def _move(self, rows: Int64, at_ms: Int64, cause: Int8, which: Int64) -> None:
        """Carry people from step to step at their time until each stays or leaves.

        `which` are the signals of those whose awaited event came, -1 for others.
        """
        runs = self.runs
        while len(rows):
            self.changed[rows] = True
            onward: list[Int64] = []
            place = runs.version[rows] << 16 | runs.step[rows]
            for one in distinct(place):
                here = place == one
                mine, when = rows[here], at_ms[here]
                definition = self.book.versions[int(one >> 16)].definition
                node = definition.nodes[int(one & 0xFFFF)]
                out = node.step.advance(
                    Arrivals(
                        when,
                        cause[here],
                        self._awaited(node, mine, which[here]),
                        runs.person[mine],
                        runs.entered_ms[mine],
                        f"{definition.header.key}/{node.key}",
                        self.facts,
                    )
                )
                self._note(mine, when, which[here], cause[here], out)
                self._log("intents", mine[out.intend], when[out.intend])
                runs.due_ms[mine] = np.where(out.exit == STAY, out.due_ms, NEVER)
                runs.step_ms[mine] = np.where(out.exit == STAY, runs.step_ms[mine], when)
                gone = out.exit == LEAVE
                self._leave(mine[gone], when[gone], FINISHED, np.full(int(gone.sum()), -1))
                go = out.exit >= 0
                if go.any():
                    targets = np.array(node.targets, np.int16)
                    runs.step[mine[go]] = targets[out.exit[go]]
                    runs.visit[mine[go]] += 1
                    onward.append(np.flatnonzero(here)[go])
            moving = np.concatenate(onward) if onward else np.zeros(0, np.int64)
            rows, at_ms = rows[moving], at_ms[moving]
            cause = np.full(len(rows), ARRIVE, np.int8)
            which = np.full(len(rows), -1)
            endless = runs.visit[rows] > LIMIT_VISITS
            if endless.any():
                nobody = np.full(int(endless.sum()), -1, np.int64)
                self._leave(rows[endless], at_ms[endless], TOO_LONG, nobody)
                rows, at_ms, cause = rows[~endless], at_ms[~endless], cause[~endless]
                which = which[~endless]

    def _listens(self, node: Node) -> list[EventMatch]:
        """What ends a stay at this step: asked once, so that each is matched once."""
        return self.heard.setdefault(id(node), (node, node.step.listens()))[1]

    def _meets(self, node: Node, event: EventMatch, rows: Int64, which: Int64) -> Bools:
        """Whose signal is the event that this step awaits; a `Mine` must tell of the very run."""
        if not isinstance(event, Mine):
            return self.matching.of([event])[which]
        met: Bools = self.matching.runs(event, node.key)[which] == self.runs.run[rows]
        if self.signals.passages:
            for i in np.flatnonzero(met).tolist():
                met[i] = self._is_of_now(int(rows[i]), int(which[i]))
        return met

    def _is_of_now(self, row: int, signal: int) -> bool:
        """Whether a word of a message is about the passage she stands at, not an earlier one.

        One of another version than the run's tells nothing: its steps had other numbers.
        """
        runs, found = self.runs, self.signals.passages.get(signal)
        if found is None or found[0] != self.book.versions[int(runs.version[row])].number:
            return True
        here = passage(int(runs.run[row]), int(runs.step[row]), int(runs.visit[row]))
        return found[1] == here

    def _awaited(self, node: Node, rows: Int64, which: Int64) -> Int16:
        """The first of the step's events that each signal meets, -1 without a signal."""
        found = np.full(len(which), -1, np.int16)
        came = which >= 0
        if came.any():
            for number, event in reversed(list(enumerate(self._listens(node)))):
                found[came & self._meets(node, event, rows, which)] = number
        return found

    def _note(self, rows: Int64, at_ms: Int64, which: Int64, cause: Int8, out: Outcomes) -> None:
        step, visit = self.runs.step[rows], self.runs.visit[rows]
        order = np.full(len(rows), self.round * 2 + 1, np.int64)
        due_ms = np.where(out.exit == STAY, out.due_ms, NEVER)
        columns = (rows, at_ms, order, which, step, visit, out.exit, cause, due_ms)
        self.moves.append(tuple(one.astype(np.int64) for one in columns))

    def _log(self, name: str, rows: Int64, at_ms: Int64, which: Int64 | None = None) -> None:
        if not len(rows):
            return
        signal = which if which is not None else np.full(len(rows), -1, np.int64)
        # Within a round, a basket's event comes before the message it leads to.
        order = np.full(len(rows), self.round * 2 + (name != "touches"), np.int64)
        step = self.runs.step[rows].astype(np.int64)
        visit = self.runs.visit[rows].astype(np.int64)
        self.logs[name].append((rows, at_ms, order, signal, step, visit))


def _joined(parts: list[tuple[Int64, ...]]) -> Log:
    return Log(*_columns(parts, 6))


def _columns(parts: list[tuple[Int64, ...]], count: int) -> list[Int64]:
    if not parts:
        return [np.zeros(0, np.int64) for _ in range(count)]
    return [np.concatenate(column) for column in zip(*parts, strict=True)]
