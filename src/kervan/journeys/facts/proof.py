"""How sure it is that one way of an experiment is better, however often somebody looks.

Looking every five minutes until luck has it would find a winner among equals three times of four.
So a winner needs a mixture sequential probability ratio test against each other way: of
experiments whose ways are equal at most a share of 1 - confidence ever has one, whenever and how
often it was looked at. Source: Johari, Pekelis and Walsh, Always valid inference, Operations
Research 70(3), 2022, section 5 (two streams, normal approximation), its level shared among the
ways by Bonferroni's inequality.
"""

import numpy as np

from kervan.journeys.steps.step import Float64, Int64

LEAST_DRAWN, LEAST_REACHED = 20, 10
"""Of each way, and of all together: below, counts are not near enough to normal."""
_LIFT = 0.15
"""Differences looked for, as a part of the rate: the test is sharpest there, and true anywhere."""


def is_sure(drawn: Int64, reached: Int64, confidence: float) -> bool:
    """Whether the way with the highest rate is better than each other with this confidence.

    `drawn` and `reached` hold a count per way.
    """
    return bool(found(drawn[None], reached[None], confidence)[0])


def found(
    drawn: Int64, reached: Int64, confidence: float
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """The same of many experiments, experiments x ways."""
    count = drawn.shape[1]
    if count < 2:
        return np.zeros(len(drawn), np.bool_)
    enough = (drawn.min(axis=1) >= LEAST_DRAWN) & (reached.sum(axis=1) >= LEAST_REACHED)
    level = count / (2 * (1 - confidence))
    result: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = enough & (
        _least(np.maximum(drawn, 1), reached) >= level
    )
    return result


def _least(drawn: Int64, reached: Int64) -> Float64:
    """How much likelier what was seen is if the leader differs than if not; from its nearest."""
    rows = np.arange(len(drawn))
    rates = reached / drawn
    best = rates.argmax(axis=1)
    whole = reached.sum(axis=1) / drawn.sum(axis=1)
    spread = (_LIFT * np.minimum(whole, 1 - whole))[:, None] ** 2
    pooled = (reached + reached[rows, best][:, None]) / (drawn + drawn[rows, best][:, None])
    noise = pooled * (1 - pooled) * (1 / drawn + 1 / drawn[rows, best][:, None])
    noise = np.maximum(noise, 1e-12)  # everybody reached it, or nobody
    apart = rates[rows, best][:, None] - rates
    power = apart**2 / 2 / noise * spread / (noise + spread)
    ratio = np.sqrt(noise / (noise + spread)) * np.exp(np.minimum(power, 700.0))
    ratio[rows, best] = np.inf
    least: Float64 = ratio.min(axis=1)
    return least
