"""Tries a journey with one person: an event lets her in, and a clock of its own runs to the end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kervan.journeys import duration
from kervan.journeys.definition import Definition
from kervan.journeys.match import operator
from kervan.journeys.tested.definition import Outcome
from kervan.journeys.tested.facts import Her
from kervan.journeys.tested.play import Letter, Play, Told
from kervan.kernel.shaped import NotValid, Problem, shown

MOST_TOLD = 1_000
MOST_DAYS = 400
_DAY_MS = duration.DAY


@dataclass(frozen=True, slots=True)
class Later:
    """What she does so long `after` the beginning: an event, or a reaction to a step's message."""

    after: str
    event: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)
    reaction: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to try: `event` "" is the trigger's own. `days` is how long the clock runs at most.

    `reactions` says by step what she does a minute after its message went out.
    """

    event: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)
    later: Sequence[Later] = ()
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    ways: Mapping[str, str] = field(default_factory=dict)
    reactions: Mapping[str, str] = field(default_factory=dict)
    days: int = 60


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it: `stands` is the step at which she still is when the clock stops at `end_ms`.

    `missed` are the numbers of what she could not do: a reaction to a message she did not get.
    `cut`: more happened than is told.
    """

    told: tuple[Told, ...]
    stands: str
    end_ms: int
    missed: tuple[int, ...]
    cut: bool


def attempt(journey: Definition, letters: Mapping[str, Letter], her: Her, wish: Wish) -> Tried:
    """Play it; nothing is stored and nothing is sent. Raises NotValid for what is no length."""
    lengths = _lengths(wish.later)
    her.ways = wish.ways
    play = Play(journey, letters, her, wish.outcomes, wish.reactions)
    start_ms = play.now_ms
    if wish.event and wish.event != journey.entry.event:
        play.happens(wish.event, wish.properties)
    else:
        play.triggers({**_meant(journey), **wish.properties})
    missed = []
    for number in sorted(range(len(lengths)), key=lambda one: lengths[one]):
        one = wish.later[number]
        play.until(start_ms + lengths[number])
        if one.reaction:
            if not play.reacts(one.reaction, one.step):
                missed.append(number)
        else:
            play.happens(one.event, one.properties)
    end_ms = start_ms + min(max(wish.days, 1), MOST_DAYS) * _DAY_MS
    while play.now_ms < end_ms and (play.stands or play.waits) and len(play.told) < MOST_TOLD:
        play.until(min(play.now_ms + _DAY_MS, end_ms))
    told = tuple(play.told[:MOST_TOLD])
    stopped_ms = play.now_ms if play.stands or not told else told[-1].at_ms
    return Tried(told, play.stands, stopped_ms, tuple(missed), len(play.told) > len(told))


def _meant(journey: Definition) -> dict[str, Any]:
    """What the trigger's event says where one value is as good as another."""
    found = {}
    for one in journey.entry.where:
        name, value = operator(one)
        if name == "in" and value and journey.header.trigger.message is not None:
            found[one.property] = value[0]
    return found


def _lengths(later: Sequence[Later]) -> list[int]:
    found, problems = [], []
    for number, one in enumerate(later):
        length = 0 if one.after.strip() in ("", "0") else duration.parse(one.after)
        if length is None:
            facts = {"given": shown(one.after), "what": "30 minutes, 1 hour, 2 days, …"}
            problems.append(Problem("journeys.tested_unfit", f"/later/{number}/after", facts))
        found.append(length or 0)
    if problems:
        raise NotValid("journeys.tested_not_valid", problems)
    return found
