"""What shares an experiment's results speak for: a pure function of counts.

Each way's rate has a Beta posterior (uniform prior). How likely a way is the best of all is the
integral of its density times the others' distribution functions, taken numerically, so that the
same counts always give the same shares. That chance steers a bandit; a winner has to be sure
however often somebody looked (proof.py).
"""

from collections.abc import Mapping

import numpy as np

from kervan.journeys.facts import proof
from kervan.journeys.facts.shares import Learnt
from kervan.journeys.steps.experiment import Experiment
from kervan.journeys.steps.step import Float64, Int64

_GRID = 20_000
_SPREAD = 10.0
"""How many standard deviations around the rates are looked at."""
LEAST_SHARE = 2.0
"""A bandit gives no way less: it could never find out that it was wrong."""
_CHANGE = 1.0
"""Shares that differ by less, in points, are left as they are."""

Counts = Mapping[str, tuple[int, int]]
"""Way to how many were drawn into it, and how many of those reached the goal."""


def learn(
    step: Experiment, counts: Counts, first_ms: int, last: Learnt | None, at_ms: int
) -> Learnt | None:
    """What the shares become at `at_ms`, None where they stay.

    `first_ms` is when the first person was drawn, `last` what was learnt last. A winner wins once.
    """
    names = step.exits()
    if last is not None and last.won in names and not step.bandit:
        return None
    running = [one.name for one in step.ways if one.share > 0]
    told = {name: counts.get(name, (0, 0)) for name in running}
    if not any(drawn for drawn, _ in told.values()):
        return None
    drawn = np.array([told[name][0] for name in running], np.int64)
    reached = np.array([told[name][1] for name in running], np.int64)
    if step.winner is not None:
        early = at_ms - first_ms < int(step.winner.after)
        if early or not proof.is_sure(drawn, reached, step.winner.confidence):
            return None
        best = running[int(np.argmax(reached / drawn))]
        shares = {name: 100.0 * (name == best) for name in names}
        return Learnt(at_ms, shares, dict(told), won=best)
    likely = dict(zip(running, chances(drawn, reached).tolist(), strict=True))
    shares = _shares(names, likely)
    before = last.shares if last is not None else {one.name: one.share for one in step.ways}
    if max(abs(shares[name] - before.get(name, 0.0)) for name in names) < _CHANGE:
        return None
    return Learnt(at_ms, shares, dict(told))


def chances(drawn: Int64, reached: Int64) -> Float64:
    """How likely each way has the highest rate of all; sums to 1."""
    a, b = 1.0 + reached, 1.0 + drawn - reached
    mean = a / (a + b)
    spread = np.sqrt(mean * (1 - mean) / (a + b + 1)) * _SPREAD
    low, high = max(0.0, (mean - spread).min()), min(1.0, (mean + spread).max())
    x = low + (high - low) * (np.arange(_GRID) + 0.5) / _GRID
    log = (a[:, None] - 1) * np.log(x) + (b[:, None] - 1) * np.log1p(-x)
    density = np.exp(log - log.max(axis=1, keepdims=True))
    density /= density.sum(axis=1, keepdims=True)
    below = np.cumsum(density, axis=1) - density / 2
    best = np.array(
        [
            (density[one] * np.prod(np.delete(below, one, axis=0), axis=0)).sum()
            for one in range(len(drawn))
        ]
    )
    found: Float64 = best / best.sum()
    return found


def _shares(names: tuple[str, ...], likely: Mapping[str, float]) -> dict[str, float]:
    """By how likely each is the best, none that runs below LEAST_SHARE; they sum to 100."""
    free = 100.0 - LEAST_SHARE * len(likely)
    return {name: LEAST_SHARE + free * likely[name] if name in likely else 0.0 for name in names}
