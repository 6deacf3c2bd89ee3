"""One turn of the journeys' work: take signals and timers, decide, store, tell the outbox."""

from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from kervan.collect import intake
from kervan.collect.intake import OwnEvent
from kervan.delivery import outbox
from kervan.delivery.choice import settle
from kervan.delivery.choice.wish import Wish
from kervan.delivery.outbox import Intents
from kervan.journeys import basket, follow, pack, store
from kervan.journeys.columns import (
    EXITED,
    GOAL,
    REASONS,
    STOPPED,
    Book,
    Decisions,
    Kept,
    Log,
    Signals,
    Version,
    distinct,
)
from kervan.journeys.core import decide
from kervan.journeys.seal import Seal
from kervan.journeys.shelf import Shelf
from kervan.journeys.steps.exit import Exit
from kervan.journeys.steps.send import Send
from kervan.journeys.steps.send_email import SendEmail
from kervan.journeys.steps.step import Step
from kervan.kernel import clock, ids
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_OWN_EVENTS = 5_000
LIMIT = 20_000


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

    def __init__(self, conn: Connection, vault: WorkspaceVault) -> None:
        self._conn = conn
        self._vault = vault
        self._seal = Seal(vault)
        self._shelf = Shelf()
        self._timers = store.TIMERS
        pack.register(conn)

    def work(self, buckets: list[int], at_ms: int, limit: int = LIMIT) -> WorkDone:
        """Do what is due in `buckets` by `at_ms` (milliseconds UTC), up to `limit` things.

        The caller holds the buckets' leases on this connection, and commits. `at_ms` should not
        lie after the oldest event still unprocessed, or a timer may fire before an event that
        would have stopped it.
        """
        conn = self._conn
        follow.follow(conn, self._vault, self._shelf, buckets, at_ms)
        load = store.take(conn, self._seal, buckets, at_ms, limit, self._timers)
        self._timers = load.next_timers
        if not load.timers and not len(load.signals):
            return WorkDone()
        book = self._shelf.book(conn)
        self._shelf.need(conn, (int(one) for one in distinct(load.runs.version)))
        # Signals left behind may lie before a timer; those at hand carry their own people only.
        horizon_ms = at_ms if load.timers or not load.more else -1
        decisions = decide(book, load.runs, load.signals, horizon_ms)
        store.save(conn, load, decisions)
        contexts = _Contexts(conn, self._seal, book, decisions, load.signals)
        intended = contexts.intend(self._vault)
        _cancel(conn, decisions)
        _tell(conn, book, decisions, load.signals)
        return WorkDone(
            len(load.signals),
            load.timers,
            int(np.count_nonzero(decisions.changed)),
            len(decisions.entered),
            len(decisions.left),
            len(decisions.goals),
            intended,
            load.more,
        )


class _Contexts:
    """What messages may show, brought up to the moment each was intended."""

    def __init__(
        self, conn: Connection, seal: Seal, book: Book, decisions: Decisions, signals: Signals
    ) -> None:
        self._conn = conn
        self._seal = seal
        self._book = book
        self._decisions = decisions
        self._signals = signals
        self._known: dict[int, dict[str, Any]] = {}
        self._changed: set[int] = set()

    def intend(self, vault: WorkspaceVault) -> int:
        """Follow baskets and hand messages to the outbox in the order things happened."""
        decisions = self._decisions
        self._begin()
        self._load()
        intents = Intents()
        wishes: list[Wish | None] = []
        marks = [(int(o), int(r), i, True) for i, (o, r) in _marks(decisions.touches)]
        marks += [(int(o), int(r), i, False) for i, (o, r) in _marks(decisions.intents)]
        for _, row, i, touch in sorted(marks):
            if touch:
                self._touch(row, int(decisions.touches.signal[i]))
            else:
                wishes.append(self._add(intents, row, i))
        numbers = decisions.runs.run
        store.keep_contexts(
            self._conn,
            self._seal,
            {
                int(numbers[row]): msgspec.json.encode(self._known[row])
                for row in sorted(self._changed)
            },
        )
        settle.settle(self._conn, vault, intents, wishes)
        return outbox.intend(self._conn, vault, intents)

    def _begin(self) -> None:
        entered = self._decisions.entered
        for row, signal in zip(entered.row.tolist(), entered.signal.tolist(), strict=True):
            if _has_messages(self._version(row)):
                self._known[row] = {"event": dict(self._signals.properties(signal))}
                self._changed.add(row)

    def _load(self) -> None:
        decisions = self._decisions
        rows = distinct(np.concatenate([decisions.touches.row, decisions.intents.row]))
        wanted = {int(decisions.runs.run[row]): int(row) for row in rows[rows < decisions.loaded]}
        for run, context in store.contexts(self._conn, self._seal, list(wanted)).items():
            self._known[wanted[run]] = msgspec.json.decode(context)

    def _touch(self, row: int, signal: int) -> None:
        context = self._known.setdefault(row, {})
        before = context.get("basket") or basket.empty()
        name = self._signals.name[signal]
        context["basket"] = basket.reduce(before, name, self._signals.properties(signal))
        self._changed.add(row)

    def _add(self, intents: Intents, row: int, i: int) -> Wish | None:
        """Intend a message; gives what is to be chosen for its person."""
        runs, log = self._decisions.runs, self._decisions.intents
        version, run = self._version(row), int(runs.run[row])
        step, visit, at_ms = int(log.step[i]), int(log.visit[i]), int(log.at_ms[i])
        node = version.definition.nodes[step]
        intents.key.append(ids.hash16(b"%d" % run, b"%d" % step, b"%d" % visit))
        intents.person.append(int(runs.person[row]))
        intents.journey.append(version.definition.header.key)
        intents.version.append(version.number)
        intents.step.append(node.key)
        intents.run.append(run)
        kept, expires_ms, priority = _sent(node.step, version.templates[node.key])
        channel, template = kept.routes[0]
        intents.channel.append(channel)
        intents.message_class.append(kept.message_class)
        intents.template_version.append(template)
        intents.routes.append(kept.routes[1:])
        intents.priority.append(priority)
        intents.context.append(msgspec.json.encode(self._known.get(row, {})))
        intents.at_ms.append(at_ms)
        intents.not_before_ms.append(at_ms)
        intents.expires_ms.append(at_ms + expires_ms)
        intents.topic.append(kept.topic)
        intents.brand.append(kept.brand)
        return _wish(node.step)

    def _version(self, row: int) -> Version:
        return self._book.versions[int(self._decisions.runs.version[row])]


def _sent(step: Step, template: int | Kept) -> tuple[Kept, int, int]:
    """What a step sends: the message, how long it may wait in ms, and its priority."""
    if isinstance(template, Kept):
        assert isinstance(step, Send)
        return template, step.expires, step.priority
    assert isinstance(step, SendEmail)
    mail = step.message
    kept = Kept([(step.channel, template)], step.class_, mail.topic, mail.brand)
    return kept, step.expires, 5


def _wish(step: Step) -> Wish | None:
    if not isinstance(step, Send) or not (step.by_best or step.at_best):
        return None
    return Wish(step.by_best, step.explore, step.at_best, *step.window.minutes)


def _marks(log: Log) -> list[tuple[int, tuple[int, int]]]:
    return list(enumerate(zip(log.order.tolist(), log.row.tolist(), strict=True)))


def _has_messages(version: Version) -> bool:
    return bool(version.templates)


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
