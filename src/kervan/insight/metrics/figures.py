"""Makes figures of what was counted: value, sample and interval, in two periods."""

from dataclasses import dataclass

from kervan.insight.metrics.definitions import Metric, metric
from kervan.insight.metrics.interval import wilson
from kervan.insight.metrics.letters import Letters


@dataclass(frozen=True, slots=True)
class Amount:
    """What a figure was in one period; `value` None where there is nothing to divide by.

    `low` and `high` are the interval of a share.
    """

    value: float | None
    numerator: int
    denominator: int | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure, of a currency where it is money."""

    metric: Metric
    currency: str
    now: Amount
    before: Amount | None

    @property
    def change(self) -> float | None:
        """By how much it grew, relative to before; None where that cannot be said."""
        if self.before is None or not self.before.value or self.now.value is None:
            return None
        return self.now.value / self.before.value - 1


def figure(key: str, now: Amount, before: Amount | None, currency: str = "") -> Figure:
    """The figure of a key."""
    return Figure(metric(key), currency, now, before)


def count(number: int) -> Amount:
    """So many."""
    return Amount(number, number)


def share(did: int, of: int) -> Amount:
    """A share with its interval. The people are at most the messages, so it is one."""
    ends = wilson(did, of)
    if ends is None:
        return Amount(None, did, of)
    return Amount(did / of, did, of, *ends)


def average(minor: int, orders: int) -> Amount:
    """A mean amount of money, in minor units and not rounded."""
    return Amount(minor / orders if orders else None, minor, orders)


def of_letters(now: Letters, before: Letters | None) -> list[Figure]:
    """The figures that messages have, of one channel or of all."""

    def each(key: str, did: str) -> Figure:
        return figure(
            key,
            share(getattr(now, did), now.delivered),
            share(getattr(before, did), before.delivered) if before else None,
        )

    return [
        figure("messages", count(now.delivered), count(before.delivered) if before else None),
        each("ctr", "clicked"),
        each("cr", "converted"),
        each("unsubscribe_rate", "unsubscribed"),
        each("complaint_rate", "complained"),
    ]
