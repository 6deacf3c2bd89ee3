"""Plays a story: a virtual clock over the engine's own decisions, and a world of one person.

A message is taken at once by the first of its channels that reaches her and that she agreed to;
what becomes of it the test says. The event that tells of it comes a second later, and what the test
says she does with it (`reactions`, by step) a minute later, if it went out.
"""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import numpy as np

from kervan.delivery.states import MARKETING
from kervan.journeys import match
from kervan.journeys.columns import (
    INSIDE,
    REASONS,
    REFUSALS,
    Book,
    Decisions,
    Signals,
    Version,
    no_runs,
)
from kervan.journeys.core import decide
from kervan.journeys.definition import Definition
from kervan.journeys.match import operator
from kervan.journeys.steps.exit import Exit
from kervan.journeys.steps.experiment import Experiment, Share
from kervan.journeys.steps.send import Send
from kervan.journeys.steps.send_email import SendEmail
from kervan.journeys.steps.step import LEAVE, NEVER, STAY, Step
from kervan.journeys.tested.definition import REACTIONS
from kervan.journeys.tested.facts import Happened, Her

_VERSION = 1
_LATER_MS = 1_000
_REACTS_MS = 60_000
_EVENT_OF = {
    "sent": "Message Sent", "delivered": "Message Sent", "failed": "Message Failed",
    "suppressed": "Message Suppressed",
}  # fmt: skip
CONDITIONS = "conditions"
"""Why she did not enter, where no trigger was met; else a word of REFUSALS."""
NO_ADDRESS, NO_CONSENT, BY_TEST = "no_address", "no_consent", "by_test"


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message is to a test: the channels it is written for, and its purpose."""

    channels: tuple[str, ...]
    purpose: str = MARKETING


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that was decided, or that happened: `what` names it, `facts` say the rest.

    entered; came and took (a step, and its exit); did (a step); message (its step, key, channel and
    outcome); goal; left (by which state, the reason and where); event; refused (why).
    """

    at_ms: int
    what: str
    facts: Mapping[str, Any] = field(default_factory=dict)


class Play:
    """One journey, one person, and what has happened so far (`told`)."""

    def __init__(
        self, journey: Definition, letters: Mapping[str, Letter], her: Her,
        outcomes: Mapping[str, str], reactions: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.journey = journey
        self.her = her
        self.now_ms = her.start_ms
        self.told: list[Told] = []
        self._letters = letters
        self._outcomes = outcomes
        self._reactions = reactions or {}
        version = Version(_VERSION, 1, 1, _drawn(journey, her.ways))
        self._book = Book({_VERSION: version}, {1: _VERSION})
        self._runs = no_runs()
        self._coming: list[tuple[int, int, str, dict[str, Any]]] = []
        self._count = 0
        self._messages: dict[str, Told] = {}

    def happens(self, name: str, properties: Mapping[str, Any]) -> None:
        """An event of hers now, and all that follows at once."""
        self._come(self.now_ms, name, dict(properties))
        self.until(self.now_ms)

    def triggers(self, properties: Mapping[str, Any]) -> None:
        """The event that the journey's trigger became, as its schedule, date or call writes it."""
        entry, said = self.journey.entry, dict(properties)
        for one in entry.where:
            name, value = operator(one)
            if name == "eq":
                said.setdefault(one.property, value)
        self.happens(entry.event, said)

    def reacts(self, reaction: str, step: str) -> bool:
        """She reacts to the last message of a step; False where she got none."""
        message = self._messages.get(step)
        if message is None:
            return False
        self.happens(REACTIONS[reaction], _reacted(reaction, message.facts["about"]))
        return True

    def until(self, at_ms: int) -> None:
        """Let time pass up to an instant (included)."""
        while True:
            event_ms = self._coming[0][0] if self._coming else NEVER
            inside = self._runs.state == INSIDE
            due_ms = int(self._runs.due_ms[inside].min(initial=NEVER))
            next_ms = min(event_ms, due_ms)
            if next_ms > at_ms or next_ms == NEVER:
                break
            if due_ms <= event_ms:
                self._decide(_signals([]), due_ms)
                continue
            _, number, name, properties = heapq.heappop(self._coming)
            self.her.events.append(Happened(event_ms, name, properties))
            self.told.append(Told(event_ms, "event", {"event": name, "properties": properties}))
            decided = self._decide(_signals([(event_ms, number, name, properties)]), event_ms)
            if not len(decided.entered):
                self._refuse(event_ms, name, properties, decided)
        self.now_ms = max(self.now_ms, at_ms)

    @property
    def stands(self) -> str:
        """The key of the step she stands at, "" when she is not inside."""
        inside = np.flatnonzero(self._runs.state == INSIDE)
        if not len(inside):
            return ""
        return self.journey.nodes[int(self._runs.step[inside[-1]])].key

    @property
    def waits(self) -> bool:
        """Whether something is still to happen by itself."""
        return bool(self._coming)

    def _come(self, at_ms: int, name: str, properties: dict[str, Any]) -> None:
        self._count += 1
        heapq.heappush(self._coming, (at_ms, self._count, name, properties))

    def _decide(self, signals: Signals, horizon_ms: int) -> Decisions:
        decided = decide(self._book, self._runs, signals, horizon_ms, self.her)
        self._runs = decided.runs
        new = self._runs.run == 0
        first = 1 + int(self._runs.run.max(initial=0))
        self._runs.run[new] = np.arange(first, first + int(new.sum()))
        self._tell(decided)
        return decided

    def _tell(self, decided: Decisions) -> None:
        """Write down what was decided, in the order it was decided in."""
        parts: list[tuple[tuple[int, int, int, int], Told]] = []
        for i, at_ms in enumerate(decided.entered.at_ms.tolist()):
            key = (int(decided.entered.order[i]), int(decided.entered.row[i]), 0, i)
            parts.append((key, Told(at_ms, "entered")))
        for i, at_ms in enumerate(decided.goals.at_ms.tolist()):
            key = (int(decided.goals.order[i]), int(decided.goals.row[i]), 1, i)
            parts.append((key, Told(at_ms, "goal")))
        moves, intends = decided.moves, decided.intents
        meant = set(zip(intends.row.tolist(), intends.step.tolist(), intends.visit.tolist(),
                        strict=True))  # fmt: skip
        for i, at_ms in enumerate(moves.at_ms.tolist()):
            row, step, visit = int(moves.row[i]), int(moves.step[i]), int(moves.visit[i])
            key = (int(moves.order[i]), row, 2, i)
            for one in self._passed(at_ms, row, step, int(moves.exit[i]),
                                    is_meant=(row, step, visit) in meant):  # fmt: skip
                parts.append((key, one))
            meant.discard((row, step, visit))
        for i, at_ms in enumerate(decided.left.at_ms.tolist()):
            key = (int(decided.left.order[i]), int(decided.left.row[i]), 3, i)
            parts.append((key, self._left(decided, i, at_ms)))
        parts.sort(key=lambda one: one[0])
        self.told += [one for _, one in parts]

    def _passed(
        self, at_ms: int, row: int, number: int, exit_: int, *, is_meant: bool
    ) -> list[Told]:
        node = self.journey.nodes[number]
        found: list[Told] = []
        if is_meant:
            found.append(self._done(at_ms, row, node.key, node.step))
        if exit_ == STAY:
            found.append(Told(at_ms, "came", {"step": node.key}))
        elif exit_ != LEAVE:
            facts = {"step": node.key, "exit": node.step.exits()[exit_]}
            found.append(Told(at_ms, "took", facts))
        return found

    def _done(self, at_ms: int, row: int, key: str, step: Step) -> Told:
        if not isinstance(step, Send | SendEmail):
            return Told(at_ms, "did", {"step": key})
        if isinstance(step, Send):
            letter = self._letters.get(step.message, Letter(tuple(step.named or ("email",))))
            routes, name = tuple(step.named or letter.channels), step.message
        else:
            letter = Letter(("email",), step.class_)
            routes, name = letter.channels, key
        channel, reason = self._way(routes, letter.purpose)
        outcome = self._outcomes.get(key, "sent")
        if not channel:
            outcome = "suppressed"
        elif outcome == "suppressed":
            reason = BY_TEST
        about = {
            "journey": self.journey.header.key, "version": 1, "step": key,
            "run": int(self._runs.run[row]), "message": f"message-{self._count}",
            "channel": channel or routes[0], "state": outcome,
        }  # fmt: skip
        if reason:
            about["reason"] = f"delivery.{reason}"
        self._come(at_ms + _LATER_MS, _EVENT_OF[outcome], about)
        if outcome == "delivered":
            self._come(at_ms + 2 * _LATER_MS, REACTIONS["receives"], about)
        if (reaction := self._reactions.get(key)) and outcome in ("sent", "delivered"):
            self._come(at_ms + _REACTS_MS, REACTIONS[reaction], _reacted(reaction, about))
        facts = {
            "step": key, "message": name, "channel": channel, "outcome": outcome,
            "reason": reason, "about": about,
        }  # fmt: skip
        self._messages[key] = Told(at_ms, "message", facts)
        return self._messages[key]

    def _way(self, routes: tuple[str, ...], purpose: str) -> tuple[str, str]:
        """The channel a message goes by, or why by none."""
        near = [one for one in routes if one in self.her.channels]
        agreed = [one for one in near if purpose != MARKETING or one in self.her.consents]
        if agreed:
            return agreed[0], ""
        return "", NO_CONSENT if near else NO_ADDRESS

    def _left(self, decided: Decisions, i: int, at_ms: int) -> Told:
        row, number = int(decided.left.row[i]), int(decided.left.step[i])
        node, state = self.journey.nodes[number], int(decided.runs.state[row])
        reason = REASONS[state]
        said = node.step.reason if isinstance(node.step, Exit) and reason == "finished" else ""
        return Told(at_ms, "left", {"step": node.key, "state": reason, "reason": said})

    def _refuse(
        self, at_ms: int, name: str, properties: dict[str, Any], decided: Decisions
    ) -> None:
        """Say why an event of the trigger's name let nobody in."""
        entry = self.journey.entry
        if name == entry.event and not match.evaluate(entry.where, [properties])[0]:
            self.told.append(Told(at_ms, "refused", {"reason": CONDITIONS}))
        for reason in decided.refused.reason.tolist():
            self.told.append(Told(at_ms, "refused", {"reason": REFUSALS[reason]}))


def _drawn(journey: Definition, ways: Mapping[str, str]) -> Definition:
    """The journey whose experiments draw the way that is named, also those that never learn."""
    nodes = []
    for node in journey.nodes:
        step, way = node.step, ways.get(node.key)
        if isinstance(step, Experiment) and way in step.exits():
            shares = [Share(one, 100.0 if one == way else 0.0) for one in step.exits()]
            nodes.append(replace(node, step=msgspec.structs.replace(step, ways=shares)))
        else:
            nodes.append(node)
    return replace(journey, nodes=tuple(nodes))


def _reacted(reaction: str, about: Mapping[str, Any]) -> dict[str, Any]:
    """What an event says of a reaction to a message: a person opened and clicked, no machine."""
    return {**about, **({"machine": False} if reaction in ("opens", "clicks") else {})}


def _signals(rows: list[tuple[int, int, str, dict[str, Any]]]) -> Signals:
    """Events as the engine gets them; their order is that of the story."""
    return Signals(
        np.ones(len(rows), np.int64),
        np.array([at_ms for at_ms, _, _, _ in rows], np.int64),
        [name for _, _, name, _ in rows],
        [number.to_bytes(16, "big") for _, number, _, _ in rows],
        [msgspec.json.encode(properties) for _, _, _, properties in rows],
    )
