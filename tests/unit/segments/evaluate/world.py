"""Small worlds for tests of evaluate: people and events from plain Python values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from kervan.segments.columns import Answer, Events, Int64, Lines, People, Words
from kervan.segments.evaluate.asking import evaluate
from kervan.segments.lower import Core
from kervan.segments.values import of_values


def ms(text: str) -> int:
    """An instant `2026-11-22T10:00+03:00` in milliseconds."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


NOW = ms("2026-11-22T12:00+00:00")
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@dataclass
class E:
    """An event of the person in row `who`."""

    who: int
    at: int
    name: str = "Order"
    order: str = ""
    currency: str = ""
    value: int = 0
    channel: str = ""
    properties: Mapping[str, object] = field(default_factory=dict)
    lines: Sequence[Mapping[str, object]] = ()


def words(texts: Sequence[str]) -> Words:
    """Texts as codes; "" is none."""
    known = sorted({text for text in texts if text})
    codes = [known.index(text) if text else -1 for text in texts]
    return Words(np.array(codes, np.int32), tuple(known))


def people(count: int, zone: str = "Europe/Istanbul") -> People:
    """People of whom nothing is known but a zone."""
    nothing = np.zeros(count, np.uint16)
    return People(
        np.arange(1, count + 1, dtype=np.uint32), words([zone] * count),
        np.full(count, NOW - 400 * DAY, np.int64), nothing, nothing, nothing, nothing,
    )  # fmt: skip


def events(done: Sequence[E]) -> Events:
    """Events as columns; of one person and instant the earlier in `done` comes first."""
    done = sorted(done, key=lambda one: (one.who, one.at))
    lines = [(place, line) for place, one in enumerate(done) for line in one.lines]
    return Events(
        np.array([one.who for one in done], np.int64),
        np.array([one.at for one in done], np.int64),
        words([one.name for one in done]),
        words([one.channel for one in done]),
        words([one.currency for one in done]),
        words([one.order for one in done]),
        np.array([one.value for one in done], np.int64),
        {key: of_values([one.properties.get(key) for one in done])
         for key in {key for one in done for key in one.properties}},
        Lines(
            np.array([place for place, _ in lines], np.int64),
            {key: of_values([line.get(key) for _, line in lines])
             for key in {key for _, line in lines for key in line}},
        ),
    )  # fmt: skip


def ask(node: Core, done: Sequence[E] = (), who: People | None = None, at: int = NOW) -> Answer:
    """The answers for `who`: as many as the events need, when it is not given."""
    who = who or people(max((one.who for one in done), default=0) + 1)
    return evaluate(node, who, events(done), instants(len(who), at))


def instants(count: int, at: int = NOW) -> Int64:
    """One instant for everybody."""
    return np.full(count, at, np.int64)


def holds(node: Core, done: Sequence[E] = (), who: People | None = None, at: int = NOW) -> str:
    """The answers as a text such as `x-x`."""
    return "".join("x" if one else "-" for one in ask(node, done, who, at).holds)


def flips(
    node: Core, done: Sequence[E] = (), who: People | None = None, at: int = NOW
) -> list[int]:
    """When each answer may change."""
    return ask(node, done, who, at).flip_at_ms.tolist()
