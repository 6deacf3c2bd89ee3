"""Picks the winner of a test: which variant, by which rule, and how sure that is."""

from collections.abc import Sequence
from math import sqrt
from statistics import NormalDist
from typing import Literal

import msgspec

from kervan.delivery.broadcasts.definition import Test

Rule = Literal["better", "leader", "first", "split"]
Why = Literal["confident", "too_little", "tie", "not_sure"]


class Tally(msgspec.Struct, frozen=True):
    """How many a variant reached, and how many of them did what was hoped for."""

    name: str
    reached: int
    reacted: int

    @property
    def rate(self) -> float:
        """The share that reacted; 0 of nobody."""
        return self.reacted / self.reached if self.reached else 0.0


class Winner(msgspec.Struct, frozen=True):
    """What the rest gets: the variant at `arm`, -1 for each its part.

    `rule` is `better` where one was better than each other with `confidence` (0 to 1) at least as
    high as was asked for; else what the author named for that, and `why` says why: too little was
    known of a variant, the best were equal, or the difference may be chance.
    """

    arm: int
    rule: Rule
    why: Why
    confidence: float
    tallies: tuple[Tally, ...]


def pick(test: Test, tallies: Sequence[Tally]) -> Winner:
    """The winner of `tallies`, which are in the order of the variants."""
    order = sorted(range(len(tallies)), key=lambda place: (-tallies[place].rate, place))
    best = order[0]
    known = all(
        one.reacted >= test.fewest and one.reached - one.reacted >= test.fewest for one in tallies
    )
    others = [tallies[place] for place in order[1:]]
    sure = confidence(tallies[best], others)
    why: Why = "confident"
    if not known:
        why = "too_little"
    elif others and others[0].rate == tallies[best].rate:
        why = "tie"
    elif sure * 100 < test.confidence_percent:
        why = "not_sure"
    if why == "confident":
        return Winner(best, "better", why, sure, tuple(tallies))
    arm = {"leader": best, "first": 0, "split": -1}[test.unsure]
    return Winner(arm, test.unsure, why, sure, tuple(tallies))


def confidence(best: Tally, others: Sequence[Tally]) -> float:
    """How sure it is that `best` is better than each of `others`, 0 to 1.

    1 - p of the two-proportion z test with pooled variance, one-sided, against each other one;
    the largest p counts, times how many there are (Bonferroni): the best was looked for.
    """
    largest = max((_chance(best, one) for one in others), default=0.0)
    return max(0.0, 1.0 - largest * len(others))


def _chance(best: Tally, other: Tally) -> float:
    """How likely a difference at least as large is, if there were none."""
    if not best.reached or not other.reached:
        return 1.0
    pooled = (best.reacted + other.reacted) / (best.reached + other.reached)
    error = sqrt(pooled * (1 - pooled) * (1 / best.reached + 1 / other.reached))
    if error == 0.0:
        return 1.0
    return 1.0 - NormalDist().cdf((best.rate - other.rate) / error)
