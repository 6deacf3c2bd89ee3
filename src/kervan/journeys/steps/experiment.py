"""Experiments: each person is drawn into one of several ways by shares, and stays with it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

import msgspec
import numpy as np

from kervan.journeys import duration
from kervan.journeys.duration import DAY, Duration
from kervan.journeys.steps.step import NEVER, Arrivals, Float64, Int16, Int64, Outcomes, Step
from kervan.journeys.steps.ways import names_problems
from kervan.kernel import i18n, ids

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX = ((30, np.uint64(0xBF58476D1CE4E5B9)), (27, np.uint64(0x94D049BB133111EB)))


class Share(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A way and its share in percent."""

    name: str
    share: float


class Winner(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """`after` this time the way that reaches the goal most often takes everybody.

    As soon as it is better than each other with this `confidence`; until then the author's shares
    stand. Of experiments whose ways are equal a share of 1 - `confidence` at most ever has a
    winner, however often it is looked at. `goal` is an event after the draw; without it the
    journey's own goal counts.
    """

    confidence: float = 0.95
    after: Duration = Duration(7 * DAY)
    goal: str = ""


class Experiment(Step, frozen=True):
    """The shares of `ways` sum to 100; `bandit` lets them follow how often each reaches the goal.

    Whom a way was drawn for keeps it, in each version of the journey, as long as the shares stay;
    when they change only those move whom the change takes or gives a share.
    """

    kind: ClassVar[str] = "experiment"

    ways: list[Share]
    winner: Winner | None = None
    bandit: bool = False

    @property
    def learns(self) -> bool:
        """Whether the shares may become others than the author's."""
        return self.bandit or self.winner is not None

    def exits(self) -> tuple[str, ...]:
        """A name per way."""
        return tuple(one.name for one in self.ways)

    def problems(self) -> list[tuple[str, str, dict[str, object]]]:
        """Names, shares that are negative or not 100 together, a confidence that is none."""
        found = names_problems([one.name for one in self.ways])
        total = sum(one.share for one in self.ways)
        if any(not 0 <= one.share <= 100 for one in self.ways) or abs(total - 100) > 1e-6:
            found.append(("ways", "journeys.shares_sum", {"sum": f"{total:g}"}))
        if self.bandit and self.winner is not None:
            found.append(("bandit", "journeys.bandit_or_winner", {}))
        if self.winner is not None and not 0.5 < self.winner.confidence < 1:
            found.append(("winner", "journeys.confidence_range", {}))
        return found

    def advance(self, people: Arrivals) -> Outcomes:
        """Everybody takes her way at once."""
        n = len(people.at_ms)
        names = self.exits()
        shares = np.tile(np.array([one.share for one in self.ways]), (n, 1))
        if self.learns:
            told = people.facts.shares(people.place, names, people.at_ms)
            shares = np.where(np.isnan(told), shares, told)
        drawn = draw(people.place, names, people.person, shares)
        return Outcomes(drawn, np.full(n, NEVER, np.int64), np.zeros(n, np.bool_))

    def describe(self, locale: str) -> str:
        """Draws a way for each person, who keeps it: a 50 %, b 50 %."""
        ways = ", ".join(
            i18n.say("journeys.share", locale, way=one.name, share=f"{one.share:g}")
            for one in self.ways
        )
        said = i18n.say("journeys.experiment", locale, ways=ways)
        if self.bandit:
            return f"{said} {i18n.say('journeys.experiment_bandit', locale)}"
        if self.winner is None:
            return said
        length = duration.describe(int(self.winner.after), locale)
        sure = f"{self.winner.confidence * 100:g}"
        more = i18n.say("journeys.experiment_winner", locale, length=length, confidence=sure)
        return f"{said} {more}"


def draw(place: str, names: Sequence[str], person: Int64, shares: Float64) -> Int16:
    """The number of each person's way, by chance that is the same for `place`, way and person.

    `shares` are rows x ways. Weighted rendezvous hashing (-ln(u) / share, the least wins): ways
    are drawn by their shares, and when a share changes nobody moves between two others. Source:
    Schindelhauer and Schomaker, Weighted distributed hash tables, SPAA 2005 (logarithmic method).
    """
    cost = np.full(shares.shape, np.inf)
    for number, name in enumerate(names):
        log = np.log(_chance(_seed(place, name), person))
        some = shares[:, number] > 0
        cost[some, number] = -log[some] / shares[some, number]
    least: Int16 = np.argmin(cost, axis=1).astype(np.int16)
    return least


@lru_cache(maxsize=4096)
def _seed(place: str, name: str) -> int:
    return int.from_bytes(ids.hash16(b"experiment", place.encode(), name.encode())[:8], "little")


def _chance(seed: int, person: Int64) -> Float64:
    """A number above 0 and up to 1 per person: the first of splitmix64 seeded by both."""
    with np.errstate(over="ignore"):
        state = np.uint64(seed) + person.astype(np.uint64) + _GOLDEN
        for shift, factor in _MIX:
            state = (state ^ (state >> np.uint64(shift))) * factor
        state ^= state >> np.uint64(31)
    return ((state >> np.uint64(11)).astype(np.float64) + 1.0) / 2.0**53
