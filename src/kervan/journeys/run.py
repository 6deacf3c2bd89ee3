"""One turn of the journeys' work: take signals and timers, decide, store, tell the outbox."""

from dataclasses import dataclass

import msgspec
import numpy as np

from kervan.collect import intake
from kervan.delivery import outbox
from kervan.journeys import follow, receipts, seating, store
from kervan.journeys.columns import (
    EXITED,
    GOAL,
    REASONS,
    STOPPED,
    Book,
    Decisions,
    Signals,
    Version,
    distinct,
)
from kervan.journeys.core import decide
from kervan.journeys.hooks import Hooks
from kervan.journeys.intend import Contexts
from kervan.journeys.publish import change
from kervan.journeys.seal import Seal
from kervan.journeys.shelf import Shelf
from kervan.journeys.steps.exit import Exit
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
        load.signals.passages = receipts.passages(conn, load.signals)
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
    rows = runs.run[left.row[early]].tolist(), left.at_ms[early].tolist(), reasons
    of_goals = runs.run[goals.row].tolist(), goals.at_ms.tolist(), ["goal"] * len(goals)
    marks = [*zip(*rows, strict=True), *zip(*of_goals, strict=True)]
    waiting = outbox.waiting(conn, sorted({run for run, _, _ in marks}))
    if waiting:
        outbox.cancel_each(conn, [one for one in marks if one[0] in waiting])


def _tell(conn: Connection, book: Book, decisions: Decisions, signals: Signals) -> None:
    """Write what happened to people as events of their own history."""
    runs, events = decisions.runs, list[bytes]()
    for name, word, log in (
        ("Journey Entered", "entered", decisions.entered),
        ("Goal Reached", "goal", decisions.goals),
        ("Journey Exited", "exited", decisions.left),
    ):
        known: dict[tuple[int, ...], bytes] = {}
        numbers = {one: i for i, one in enumerate(dict.fromkeys(signals.name))}
        rows = zip(
            runs.run[log.row].tolist(), runs.person[log.row].tolist(), log.at_ms.tolist(),
            runs.version[log.row].tolist(), runs.state[log.row].tolist(), log.step.tolist(),
            log.signal.tolist(), strict=True,
        )  # fmt: skip
        for run, person, at_ms, version, state, step, signal in rows:
            cause = signals.name[signal] if signal >= 0 else ""
            about = version, state, step, numbers.get(cause, -1)
            how = known.get(about)
            if how is None:
                said = _said(book.versions[version], word, state, step, cause)
                how = known[about] = msgspec.json.encode(said)[:-1]
            events.append(
                b'{"messageId":"journey-%d-%b","event":"%b","timestamp_ms":%d,"person":%d,'
                b'"properties":%b,"run":%d}}' % (run, word.encode(), name.encode(), at_ms, person,
                                                 how, run)
            )  # fmt: skip
    for start in range(0, len(events), _OWN_EVENTS):
        intake.append_encoded(conn, events[start : start + _OWN_EVENTS])


def _said(version: Version, word: str, state: int, step: int, cause: str) -> dict[str, object]:
    """What an event says beside the number of its run, the same for many."""
    said: dict[str, object] = {"journey": version.definition.header.key, "version": version.number}
    if word == "goal":
        said["event"] = cause
    if word == "exited":
        node = version.definition.nodes[step]
        said |= {"reason": REASONS[state], "step": node.key}
        if isinstance(node.step, Exit) and node.step.reason:
            said["outcome"] = node.step.reason
        if cause:
            said["event"] = cause
    return said
