"""Answers what steps ask about the person of a test, from what the test says of her."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from kervan.collect import ecommerce
from kervan.collect.event import RejectedError
from kervan.journeys.steps.step import NEVER, Bools, Float64, Int64, NoFacts
from kervan.journeys.tested.definition import CHANNELS, Person
from kervan.segments import facts as known
from kervan.segments import parse, zones
from kervan.segments.columns import NO_TIME, Events, Lines, People, Words
from kervan.segments.definitions.resolve import named
from kervan.segments.evaluate.asking import evaluate
from kervan.segments.lower import Core, lower
from kervan.segments.tree import Node
from kervan.segments.values import of_values

_EPOCH = date(1970, 1, 1)
_KNOWN_DAYS = 365
_DAY_MS = 86_400_000


@dataclass(slots=True)
class Happened:
    """An event of hers."""

    at_ms: int
    name: str
    properties: dict[str, Any]


@dataclass
class Her(NoFacts):
    """The person of a story as she is now; answers as journeys.steps.step.Facts.

    Asked is always at the story's present, so that what she is now, she was then. `ways` names the
    way that an experiment draws for her, by the step's key.
    """

    zone: str
    start_ms: int
    traits: dict[str, Any] = field(default_factory=dict)
    consents: list[str] = field(default_factory=lambda: list(CHANNELS))
    channels: list[str] = field(default_factory=lambda: list(CHANNELS))
    segments: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    language: str = ""
    country: str = ""
    birthday: str = ""
    engaged_share: float = 0.5
    best_hour: str = ""
    ways: Mapping[str, str] = field(default_factory=dict)
    events: list[Happened] = field(default_factory=list)

    def become(self, person: Person) -> None:
        """Take over what is said of her: traits and facts are added, all else is replaced."""
        self.traits.update(person.traits or {})
        self.facts.update(person.facts or {})
        self.consents = self.consents if person.consents is None else list(person.consents)
        self.channels = self.channels if person.channels is None else list(person.channels)
        self.segments = self.segments if person.segments is None else list(person.segments)
        self.zone = person.zone or self.zone
        self.language = person.language or self.language
        self.country = person.country or self.country
        self.birthday = person.birthday or self.birthday
        self.best_hour = person.best_hour or self.best_hour
        self.engaged_share = self.engaged_share if person.engaged is None else person.engaged

    def meets(self, rule: str, person: Int64, at_ms: Int64) -> Bools:
        """Whether she meets a rule tree. Raises SegmentNotValid."""
        core, lists = _core(rule)
        holds = evaluate(core, self._people(len(person), lists), self._events(len(person)), at_ms)
        return holds.holds

    def zones(self, person: Int64, at_ms: Int64) -> Sequence[str]:
        """Hers."""
        return [self.zone] * len(person)

    def dates(self, field: str, person: Int64, at_ms: Int64) -> Int64:
        """A trait that is a date, or her next birthday, in days since 1970."""
        return np.array([self._date(field, int(one)) for one in at_ms], np.int64)

    def engaged(self, person: Int64, at_ms: Int64) -> Float64:
        """What the test says."""
        return np.full(len(person), self.engaged_share)

    def shares(self, place: str, ways: Sequence[str], at_ms: Int64) -> Float64:
        """All for the way the test names, else the author's."""
        named_way = self.ways.get(place.rpartition("/")[2])
        if named_way not in ways:
            return super().shares(place, ways, at_ms)
        return np.tile([float(one == named_way) for one in ways], (len(at_ms), 1))

    def best(self, person: Int64, at_ms: Int64, window: tuple[int, int]) -> Int64:
        """The next time it is her best hour, on her clock; without one, when the window is open."""
        begin, until = window
        if self.best_hour:
            hour, minute = (int(one) for one in self.best_hour.split(":"))
            begin, until = hour * 60 + minute, hour * 60 + minute + 1
        place = Words(np.zeros(len(at_ms), np.int32), (self.zone,))
        local = zones.to_local(place, at_ms)
        return zones.to_instant(place, super().best(person, local, (begin, until)))

    def _date(self, name: str, at_ms: int) -> int:
        today = datetime.fromtimestamp(at_ms / 1_000, ZoneInfo(self.zone)).date()
        if name == "birthday" and self.birthday:
            month, day = (int(one) for one in self.birthday.split("-"))
            near = (_yearly(year, month, day) for year in (today.year, today.year + 1))
            return min((one - _EPOCH).days for one in near if one >= today)
        try:
            return (date.fromisoformat(str(self.traits.get(name, ""))[:10]) - _EPOCH).days
        except ValueError:
            return NEVER

    def _people(self, count: int, lists: dict[str, int]) -> People:
        def bits(channels: Sequence[str]) -> Any:
            marks = (1 << known.CHANNELS.index(one) for one in channels if one in known.CHANNELS)
            return np.full(count, sum(marks), np.uint16)

        agreed = {
            known.consent_key(one, "marketing", "", ""): np.full(
                count, known.GRANTED_FOR_EVER_MS if one in self.consents else NO_TIME, np.int64
            )
            for one in CHANNELS
        }
        texts = {name: str(one) for name, one in self.facts.items() if isinstance(one, str)}
        texts |= {"language": self.language, "country": self.country}
        birthday = int(self.birthday.replace("-", "") or 0)
        return People(
            np.ones(count, np.uint32), _words([self.zone] * count),
            np.full(count, self.start_ms - _KNOWN_DAYS * _DAY_MS, np.int64),
            np.full(count, birthday, np.uint16), bits(self.channels), bits(self.channels), bits([]),
            traits={name: of_values([one] * count) for name, one in _paths(self.traits)},
            moments={
                name: np.full(count, at_ms, np.int64)
                for name, one in _paths(self.traits)
                if (at_ms := _moment(one, self.zone)) is not None
            },
            consents=agreed,
            numbers={
                name: np.full(count, float(one))
                for name, one in self.facts.items()
                if isinstance(one, int | float)
            },
            texts={name: _words([one] * count) for name, one in texts.items()},
            lists={
                number: np.full(count, key in self.segments, np.bool_)
                for key, number in lists.items()
            },
        )  # fmt: skip

    def _events(self, count: int) -> Events:
        """Her events once for each row that asks."""
        done = sorted(self.events, key=lambda one: one.at_ms)
        every = done * count
        money = [_money(one) for one in done] * count
        paths = {path for one in done for path, _ in _paths(one.properties)}
        lines = [(i, line) for i, one in enumerate(every) for line in _product_lines(one)]
        inside = {path for _, line in lines for path, _ in _paths(line)}
        said = [dict(_paths(one.properties)) for one in done] * count
        told = [dict(_paths(line)) for _, line in lines]
        return Events(
            np.repeat(np.arange(count), len(done)),
            np.array([one.at_ms for one in every], np.int64),
            _words([one.name for one in every]),
            _words([str(one.properties.get("channel", "")) for one in every]),
            _words([currency for _, currency, _ in money]),
            _words([order for order, _, _ in money]),
            np.array([value for _, _, value in money], np.int64),
            {path: of_values([one.get(path) for one in said]) for path in paths},
            Lines(
                np.array([i for i, _ in lines], np.int64),
                {path: of_values([one.get(path) for one in told]) for path in inside},
            ),
        )


@cache
def _core(rule: str) -> tuple[Core, dict[str, int]]:
    """A tree whose segments are lists that the test says she is on or not."""
    node: Node = parse.parse(rule)
    keys = sorted({one.segment for _, one in named(node)})
    lists = {key: number for number, key in enumerate(keys, 1)}
    return lower(node, {}, lists), lists


def _yearly(year: int, month: int, day: int) -> date:
    """That day of a year; the 29th of February is kept on the 28th where there is none."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, 2, 28)


def _moment(value: object, zone: str) -> int | None:
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    local = found.replace(tzinfo=ZoneInfo(zone)) if found.tzinfo is None else found
    return round(local.timestamp() * 1_000)


def _paths(value: dict[str, Any], above: str = "") -> list[tuple[str, Any]]:
    """Every value with its path; what lies in an object is a value, the object is none."""
    found: list[tuple[str, Any]] = []
    for name, one in value.items():
        if isinstance(one, dict):
            found += _paths(one, f"{above}{name}.")
        else:
            found.append((f"{above}{name}", one))
    return found


def _product_lines(one: Happened) -> list[dict[str, Any]]:
    lines = one.properties.get("products")
    if isinstance(lines, list) and lines and all(isinstance(line, dict) for line in lines):
        return lines
    return [one.properties]


def _money(one: Happened) -> tuple[str, str, int]:
    """Order, currency and money of an event, as collecting reads them; nothing where it cannot."""
    try:
        return ecommerce.read(one.name, one.properties)
    except RejectedError:
        return "", "", 0


def _words(texts: Sequence[str]) -> Words:
    """Texts as codes; "" is none."""
    kept = sorted({text for text in texts if text})
    codes = {text: i for i, text in enumerate(kept)}
    return Words(np.array([codes.get(text, -1) for text in texts], np.int32), tuple(kept))
