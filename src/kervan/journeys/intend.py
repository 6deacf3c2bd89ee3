"""Hands what steps intend to the outbox and to the effects, in the order it happened."""

from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from kervan.delivery import outbox
from kervan.delivery.choice import settle
from kervan.delivery.choice.wish import Wish
from kervan.delivery.outbox import Intents
from kervan.journeys import basket, store
from kervan.journeys.columns import (
    Book,
    Bools,
    Decisions,
    Int64,
    Kept,
    Signals,
    Version,
    distinct,
    passage,
)
from kervan.journeys.definition import Node
from kervan.journeys.effects.effect import Doings
from kervan.journeys.hooks import Hooks
from kervan.journeys.seal import Seal
from kervan.journeys.steps.send import Send
from kervan.journeys.steps.send_email import SendEmail
from kervan.journeys.steps.step import Step
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_NOTHING = b"{}"


@dataclass(frozen=True, slots=True)
class _Said:
    """What all have in common who stand before one step of one version."""

    version: Version
    node: Node
    kept: Kept | None
    """What is sent there; None for an effect."""
    expires_ms: int = 0
    priority: int = 5
    wish: Wish | None = None


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
        self._known: dict[int, bytes] = {}
        self._open: dict[int, dict[str, Any]] = {}
        """Those of `_known` that are being changed; what is here is newer."""
        self._changed: set[int] = set()

    def intend(self, vault: WorkspaceVault, hooks: Hooks) -> int:
        """Follow baskets, hand over messages, do effects; gives how many messages were new.

        Each effect is called once, for all its people. Raises RuntimeError for an effect that
        nobody offers.
        """
        decisions, log = self._decisions, self._decisions.intents
        self._begin()
        self._load()
        order = np.lexsort((log.row, log.order))
        shown = self._shown(order)
        self._keep()
        place = decisions.runs.version[log.row[order]] << 16 | log.step[order]
        places = distinct(place)
        said = [self._said(int(one)) for one in places]
        which = np.searchsorted(places, place)
        is_effect = np.array([one.kept is None for one in said], np.bool_)[which]
        # Who is held out gets nothing that others would be compared by, so a branch behind an
        # effect may send her another way than those who got it: she is asked about as she is.
        effects = is_effect & ~decisions.runs.ghost[log.row[order]]
        doings = self._doings(order[effects], which[effects], said, shown, effects)
        for name, some in doings.items():
            if name not in hooks.effects:
                raise RuntimeError(f"no effect is called {name}")
            hooks.effects[name](self._conn, vault, some)
        sent = ~is_effect
        intents, wishes = self._intents(order[sent], which[sent], said, shown, sent)
        settle.settle(self._conn, vault, intents, wishes)
        return outbox.intend(self._conn, vault, intents)

    def _begin(self) -> None:
        entered = self._decisions.entered
        version = self._decisions.runs.version[entered.row]
        carried = [one for one in distinct(version) if self._book.versions[int(one)].carries]
        some = np.isin(version, carried)
        texts = self._signals.texts(entered.signal[some].tolist())
        rows = entered.row[some].tolist()
        self._known = {row: b'{"event":%b}' % text for row, text in zip(rows, texts, strict=True)}
        self._changed.update(self._known)

    def _load(self) -> None:
        decisions = self._decisions
        rows = distinct(np.concatenate([decisions.touches.row, decisions.intents.row]))
        rows = rows[rows < decisions.loaded]
        wanted = dict(zip(decisions.runs.run[rows].tolist(), rows.tolist(), strict=True))
        for run, context in store.contexts(self._conn, self._seal, list(wanted)):
            self._known[wanted[run]] = context

    def _shown(self, order: Int64) -> list[bytes]:
        """What each intent may show, in this order; baskets are followed up to each on the way."""
        touches, intents, known = self._decisions.touches, self._decisions.intents, self._known
        rows = intents.row[order].tolist()
        if not len(touches):
            return [known.get(row, _NOTHING) for row in rows]
        before = np.lexsort((touches.row, touches.order))
        at, due = 0, touches.order[before].tolist()
        touched = touches.row[before].tolist(), touches.signal[before].tolist()
        shown = []
        for row, when in zip(rows, intents.order[order].tolist(), strict=True):
            while at < len(due) and due[at] <= when:
                self._touch(touched[0][at], touched[1][at])
                at += 1
            shown.append(self._text(row))
        for row, signal in zip(touched[0][at:], touched[1][at:], strict=True):
            self._touch(row, signal)
        return shown

    def _touch(self, row: int, signal: int) -> None:
        context = self._open.get(row)
        if context is None:
            context = self._open[row] = msgspec.json.decode(self._known.get(row, _NOTHING))
        before = context.get("basket") or basket.empty()
        name = self._signals.name[signal]
        context["basket"] = basket.reduce(before, name, self._signals.properties(signal))
        self._known.pop(row, None)
        self._changed.add(row)

    def _text(self, row: int) -> bytes:
        found = self._known.get(row)
        if found is None:
            opened = self._open.get(row)
            found = _NOTHING if opened is None else msgspec.json.encode(opened)
            self._known[row] = found
        return found

    def _keep(self) -> None:
        loaded, numbers = self._decisions.loaded, self._decisions.runs.run
        rows = sorted(self._changed)
        new = [row for row in rows if row >= loaded]
        old = [row for row in rows if row < loaded]
        store.add_contexts(self._conn, self._seal, numbers[new], [*map(self._text, new)])
        store.keep_contexts(self._conn, self._seal, numbers[old], [*map(self._text, old)])

    def _keys(self, rows: Int64) -> list[bytes]:
        """The key of each passage: of run, step and visit."""
        log = self._decisions.intents
        run = self._decisions.runs.run[log.row[rows]].tolist()
        passages = zip(run, log.step[rows].tolist(), log.visit[rows].tolist(), strict=True)
        return [passage(*one) for one in passages]

    def _doings(
        self, rows: Int64, which: Int64, said: list[_Said], shown: list[bytes], mask: Bools
    ) -> dict[str, Doings]:
        """The people of each effect, those of all its steps together."""
        runs, log = self._decisions.runs, self._decisions.intents
        texts = [shown[i] for i in np.flatnonzero(mask).tolist()]
        columns = zip(
            self._keys(rows), runs.person[log.row[rows]].tolist(), log.at_ms[rows].tolist(),
            runs.run[log.row[rows]].tolist(), which.tolist(), texts, strict=True,
        )  # fmt: skip
        found: dict[str, Doings] = {}
        for key, person, at_ms, run, place, text in columns:
            one = said[place]
            doings = found.setdefault(one.node.step.effect, Doings())
            doings.key.append(key)
            doings.person.append(person)
            doings.at_ms.append(at_ms)
            doings.run.append(run)
            doings.journey.append(one.version.definition.header.key)
            doings.version.append(one.version.number)
            doings.step_key.append(one.node.key)
            doings.step.append(one.node.step)
            doings.context.append(text)
        return found

    def _intents(
        self, rows: Int64, which: Int64, said: list[_Said], shown: list[bytes], mask: Bools
    ) -> tuple[Intents, list[Wish | None]]:
        """The messages, and what is to be chosen for the person of each."""
        runs, log = self._decisions.runs, self._decisions.intents
        at_ms, row = log.at_ms[rows], log.row[rows]
        expires_ms = np.array([one.expires_ms for one in said], np.int64)[which] + at_ms
        of = [(one, one.kept) for one in said]
        each = [(one, kept) for one, kept in map(of.__getitem__, which.tolist()) if kept]
        intents = Intents(
            key=self._keys(rows),
            person=runs.person[row].tolist(),
            journey=[one.version.definition.header.key for one, _ in each],
            version=[one.version.number for one, _ in each],
            step=[one.node.key for one, _ in each],
            run=runs.run[row].tolist(),
            channel=[kept.routes[0][0] for _, kept in each],
            message_class=[kept.message_class for _, kept in each],
            template_version=[kept.routes[0][1] for _, kept in each],
            context=[shown[i] for i in np.flatnonzero(mask).tolist()],
            at_ms=at_ms.tolist(),
            not_before_ms=at_ms.tolist(),
            expires_ms=expires_ms.tolist(),
            topic=[kept.topic for _, kept in each],
            brand=[kept.brand for _, kept in each],
            priority=[one.priority for one, _ in each],
            routes=[kept.routes[1:] for _, kept in each],
            hold_out=runs.ghost[row].tolist(),
        )
        return intents, [one.wish for one, _ in each]

    def _said(self, place: int) -> _Said:
        version = self._book.versions[place >> 16]
        node = version.definition.nodes[place & 0xFFFF]
        if node.step.effect:
            return _Said(version, node, None)
        header = version.definition.header
        kept, expires_ms, priority = _sent(node.step, version.templates[node.key], header.priority)
        return _Said(version, node, kept, expires_ms, priority, _wish(node.step))


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
