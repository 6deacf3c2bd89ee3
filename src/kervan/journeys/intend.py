"""Hands what steps intend to the outbox and to the effects, in the order it happened."""

from typing import Any

import msgspec
import numpy as np

from kervan.delivery import outbox
from kervan.delivery.choice import settle
from kervan.delivery.choice.wish import Wish
from kervan.delivery.outbox import Intents
from kervan.journeys import basket, store
from kervan.journeys.columns import Book, Decisions, Kept, Log, Signals, Version, distinct
from kervan.journeys.effects.effect import Doings
from kervan.journeys.hooks import Hooks
from kervan.journeys.seal import Seal
from kervan.journeys.steps.send import Send
from kervan.journeys.steps.send_email import SendEmail
from kervan.journeys.steps.step import Step
from kervan.kernel import ids
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection


class Contexts:
    """What messages and effects may show, brought up to the moment each was intended."""

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

    def intend(self, vault: WorkspaceVault, hooks: Hooks) -> int:
        """Follow baskets, hand over messages, do effects; gives how many messages were new.

        Each effect is called once, for all its people. Raises RuntimeError for an effect that
        nobody offers.
        """
        decisions = self._decisions
        self._begin()
        self._load()
        intents = Intents()
        wishes: list[Wish | None] = []
        doings: dict[str, Doings] = {}
        marks = [(int(o), int(r), i, True) for i, (o, r) in _marks(decisions.touches)]
        marks += [(int(o), int(r), i, False) for i, (o, r) in _marks(decisions.intents)]
        ghost = decisions.runs.ghost
        for _, row, i, touch in sorted(marks):
            step = self._step(row, i) if not touch else None
            if step is None:
                self._touch(row, int(decisions.touches.signal[i]))
            elif step.effect:
                # Who is held out gets nothing that others would be compared by.
                if not ghost[row]:
                    self._do(doings.setdefault(step.effect, Doings()), row, i)
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
        for name, some in doings.items():
            if name not in hooks.effects:
                raise RuntimeError(f"no effect is called {name}")
            hooks.effects[name](self._conn, vault, some)
        settle.settle(self._conn, vault, intents, wishes)
        return outbox.intend(self._conn, vault, intents)

    def _begin(self) -> None:
        entered = self._decisions.entered
        version = self._decisions.runs.version[entered.row]
        carried = [one for one in distinct(version) if self._book.versions[int(one)].carries]
        some = np.isin(version, carried)
        for row, signal in zip(
            entered.row[some].tolist(), entered.signal[some].tolist(), strict=True
        ):
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

    def _key(self, row: int, i: int) -> bytes:
        run, log = int(self._decisions.runs.run[row]), self._decisions.intents
        return ids.hash16(b"%d" % run, b"%d" % int(log.step[i]), b"%d" % int(log.visit[i]))

    def _do(self, doings: Doings, row: int, i: int) -> None:
        runs, log = self._decisions.runs, self._decisions.intents
        version = self._version(row)
        node = version.definition.nodes[int(log.step[i])]
        doings.key.append(self._key(row, i))
        doings.person.append(int(runs.person[row]))
        doings.at_ms.append(int(log.at_ms[i]))
        doings.run.append(int(runs.run[row]))
        doings.journey.append(version.definition.header.key)
        doings.version.append(version.number)
        doings.step_key.append(node.key)
        doings.step.append(node.step)
        doings.context.append(msgspec.json.encode(self._known.get(row, {})))

    def _add(self, intents: Intents, row: int, i: int) -> Wish | None:
        """Intend a message; gives what is to be chosen for its person."""
        runs, log = self._decisions.runs, self._decisions.intents
        version, at_ms = self._version(row), int(log.at_ms[i])
        node = version.definition.nodes[int(log.step[i])]
        intents.key.append(self._key(row, i))
        intents.person.append(int(runs.person[row]))
        intents.journey.append(version.definition.header.key)
        intents.version.append(version.number)
        intents.step.append(node.key)
        intents.run.append(int(runs.run[row]))
        header = version.definition.header
        kept, expires_ms, priority = _sent(node.step, version.templates[node.key], header.priority)
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
        intents.hold_out.append(bool(runs.ghost[row]))
        return _wish(node.step)

    def _step(self, row: int, i: int) -> Step:
        return self._version(row).definition.nodes[int(self._decisions.intents.step[i])].step

    def _version(self, row: int) -> Version:
        return self._book.versions[int(self._decisions.runs.version[row])]


def _sent(step: Step, template: int | Kept, priority: int) -> tuple[Kept, int, int]:
    """What a step sends: the message, how long it may wait in ms, and its own priority or this."""
    if isinstance(template, Kept):
        assert isinstance(step, Send)
        return template, step.expires, priority if step.priority is None else step.priority
    assert isinstance(step, SendEmail)
    mail = step.message
    kept = Kept([(step.channel, template)], step.class_, mail.topic, mail.brand)
    return kept, step.expires, priority


def _wish(step: Step) -> Wish | None:
    if not isinstance(step, Send) or not (step.by_best or step.at_best):
        return None
    return Wish(step.by_best, step.explore, step.at_best, *step.window.minutes)


def _marks(log: Log) -> list[tuple[int, tuple[int, int]]]:
    return list(enumerate(zip(log.order.tolist(), log.row.tolist(), strict=True)))
