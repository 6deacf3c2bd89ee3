"""One turn of the journeys' work: take signals and timers, decide, store, tell the outbox."""

from dataclasses import dataclass

import numpy as np

from kervan.collect import intake
from kervan.collect.intake import OwnEvent
from kervan.delivery import outbox
from kervan.journeys import follow, seating, store
from kervan.journeys.columns import (
    EXITED,
    GOAL,
    REASONS,
    STOPPED,
    Book,
    Decisions,
    Log,
    Signals,
    distinct,
)
from kervan.journeys.core import decide
from kervan.journeys.hooks import Hooks
from kervan.journeys.intend import Contexts
from kervan.journeys.publish import change
from kervan.journeys.seal import Seal
from kervan.journeys.shelf import Shelf
from kervan.journeys.steps.exit import Exit
from kervan.kernel import clock
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_OWN_EVENTS = 5_000
LIMIT = 20_000
_NO_HOOKS = Hooks()


@dataclass(frozen=True, slots=True)
class WorkDone:
    """What one turn did; `more` when something due is still waiting."""

    signals: int = 0
    timers: int = 0
    moved: int = 0
    entered: int = 0
    left: int = 0
    goals: int = 0
    intended: int = 0
    more: bool = False


class Journeys:
    """The journeys of one workspace on one connection."""

    def __init__(self, conn: Connection, vault: WorkspaceVault, hooks: Hooks = _NO_HOOKS) -> None:
        self._conn = conn
        self._hooks = hooks
        self._vault = vault
        self._seal = Seal(vault)
        self._shelf = Shelf(hooks.zone)
        self._timers = store.TIMERS

    def work(self, buckets: list[int], at_ms: int, limit: int = LIMIT) -> WorkDone:
        """Do what is due in `buckets` by `at_ms` (milliseconds UTC), up to `limit` things.

        The caller holds the buckets' leases on this connection, and commits. `at_ms` should not
        lie after the oldest event still unprocessed, or a timer may fire before an event that
        would have stopped it.
        """
        conn = self._conn
        follow.follow(conn, self._vault, self._shelf, buckets, at_ms)
        changed = change.work(conn, buckets, at_ms, self._hooks.facts)
        load = store.take(conn, self._seal, buckets, at_ms, limit, self._timers)
        self._timers = load.next_timers
        if not load.timers and not len(load.signals):
            return WorkDone(moved=changed, more=changed > 0)
        book = self._shelf.book(conn)
        self._shelf.need(conn, (int(one) for one in distinct(load.runs.version)))
        # Signals left behind may lie before a timer; those at hand carry their own people only.
        horizon_ms = at_ms if load.timers or not load.more else -1
        facts = self._hooks.facts
        seats = seating.free(conn, book, load.signals)
        decisions = decide(book, load.runs, load.signals, horizon_ms, facts, seats)
        seating.keep(conn, seats, decisions)
        store.save(conn, load, decisions)
        contexts = Contexts(conn, self._seal, book, decisions, load.signals)
        intended = contexts.intend(self._vault, self._hooks)
        _cancel(conn, decisions)
        _tell(conn, book, decisions, load.signals)
        self._hooks.decided(conn, book, decisions, load.signals)
        return WorkDone(
            len(load.signals),
            load.timers,
            int(np.count_nonzero(decisions.changed)) + changed,
            len(decisions.entered),
            len(decisions.left),
            len(decisions.goals),
            intended,
            load.more or changed > 0,
        )


def _cancel(conn: Connection, decisions: Decisions) -> None:
    """Take back what is queued for those who left early, or who already did what we hoped."""
    runs, left, goals = decisions.runs, decisions.left, decisions.goals
    early = np.isin(runs.state[left.row], (EXITED, GOAL, STOPPED))
    reasons = [REASONS[int(state)] for state in runs.state[left.row[early]]]
    marks = list(zip(left.row[early].tolist(), left.at_ms[early].tolist(), reasons, strict=True))
    marks += [
        (row, at, "goal") for row, at in zip(goals.row.tolist(), goals.at_ms.tolist(), strict=True)
    ]
    numbers = {int(runs.run[row]) for row, _, _ in marks}
    waiting = outbox.waiting(conn, sorted(numbers))
    alike: dict[tuple[int, str], set[int]] = {}
    for row, at, reason in marks:
        if (run := int(runs.run[row])) in waiting:
            alike.setdefault((at, reason), set()).add(run)
    for (at, reason), some in sorted(alike.items()):
        outbox.cancel(conn, sorted(some), reason, clock.from_ms(at))


def _tell(conn: Connection, book: Book, decisions: Decisions, signals: Signals) -> None:
    """Write what happened to people as events of their own history."""
    runs = decisions.runs
    events: list[OwnEvent] = []

    def add(log: Log, i: int, name: str, id_: str, more: dict[str, object]) -> None:
        row = int(log.row[i])
        version, run = book.versions[int(runs.version[row])], int(runs.run[row])
        properties: dict[str, object] = {
            "journey": version.definition.header.key,
            "version": version.number,
            "run": run,
            **more,
        }
        events.append(
            OwnEvent(
                message_id=f"journey-{run}-{id_}",
                event=name,
                timestamp_ms=int(log.at_ms[i]),
                person=int(runs.person[row]),
                properties=properties,
            )
        )

    for i in range(len(decisions.entered)):
        add(decisions.entered, i, "Journey Entered", "entered", {})
    for i in range(len(decisions.goals)):
        cause = signals.name[int(decisions.goals.signal[i])]
        add(decisions.goals, i, "Goal Reached", "goal", {"event": cause})
    for i in range(len(decisions.left)):
        add(decisions.left, i, "Journey Exited", "exited", _how(book, decisions, signals, i))
    for start in range(0, len(events), _OWN_EVENTS):
        intake.append_own(conn, events[start : start + _OWN_EVENTS])


def _how(book: Book, decisions: Decisions, signals: Signals, i: int) -> dict[str, object]:
    left, runs = decisions.left, decisions.runs
    row, signal = int(left.row[i]), int(left.signal[i])
    node = book.versions[int(runs.version[row])].definition.nodes[int(left.step[i])]
    how: dict[str, object] = {"reason": REASONS[int(runs.state[row])], "step": node.key}
    if isinstance(node.step, Exit) and node.step.reason:
        how["outcome"] = node.step.reason
    if signal >= 0:
        how["event"] = signals.name[signal]
    return how
