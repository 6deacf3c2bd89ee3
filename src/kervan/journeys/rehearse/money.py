"""What a rehearsal's messages would have cost, and which ceilings would have kept some back."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from kervan.delivery.decide import Reason
from kervan.delivery.spend.definition import MICROS, Budget
from kervan.delivery.spend.fit import Use, first_day, fit, use_of
from kervan.delivery.spend.price import cost, rates
from kervan.journeys.columns import Int64
from kervan.journeys.rehearse.cast import MINE
from kervan.journeys.rehearse.gate import Gate
from kervan.kernel import clock


class Cost(msgspec.Struct, frozen=True):
    """Messages of one channel and their cost; `unpriced` are those that no price fits."""

    channel: str
    messages: int
    cost: str
    unpriced: int


def days(from_ms: int, to_ms: int, zone: str) -> Iterator[tuple[int, int]]:
    """The local days of a window as (begin, end) in ms, the end left out."""
    at = clock.from_ms(from_ms).astimezone(ZoneInfo(zone))
    begin = from_ms
    while begin < to_ms:
        at = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        end = min(clock.to_ms(at), to_ms)
        yield begin, end
        begin = end


class Money:
    """A budget over a rehearsal: what was spent so far of each ceiling."""

    def __init__(self, budget: Budget, gate: Gate, zone: str) -> None:
        self._budget, self._gate = budget, gate
        self._zone = ZoneInfo(zone)
        self._rates = rates(budget)
        self._used: Counter[tuple[Use, str]] = Counter()

    def day(self, begin_ms: int, end_ms: int) -> None:
        """Let the messages of a day go as far as the ceilings allow, in order of time."""
        gate, ceilings = self._gate, self._budget.ceilings
        sends = gate.sends
        went = np.flatnonzero(sends.went & (sends.at_ms >= begin_ms) & (sends.at_ms < end_ms))
        went = went[np.argsort(sends.at_ms[went], kind="stable")]
        priced = [(one, cost(self._rates, one) or 0) for one in map(gate.priced, went.tolist())]
        today = clock.from_ms(begin_ms).astimezone(self._zone).date()
        period = {place: str(first_day(one, today)) for place, one in enumerate(ceilings)}
        used = {use: n for (use, of), n in self._used.items() if period[use[0]] == of}
        refused = np.array(fit(ceilings, priced, used), np.int64)
        for (one, amount), over in zip(priced, refused.tolist(), strict=True):
            if over < 0:
                for use in use_of(ceilings, one):
                    self._used[use, period[use[0]]] += amount
        gate.take_back(went[refused >= 0], Reason.BUDGET_REACHED)


def costs(budget: Budget | None, gate: Gate) -> list[Cost]:
    """The cost of the rehearsed journey's messages by channel; nothing without a budget."""
    if budget is None:
        return []
    known = rates(budget)
    rows: Int64 = np.flatnonzero(gate.sends.went & (gate.version == MINE))
    counts = Counter(map(gate.priced, rows.tolist()))
    lines: dict[str, list[int]] = {}
    for one, count in counts.items():
        line = lines.setdefault(one.channel, [0, 0, 0])
        each = cost(known, one)
        line[0] += count
        line[1] += (each or 0) * count
        line[2] += count if each is None else 0
    return [
        Cost(channel, n, amount(total), unpriced)
        for channel, (n, total, unpriced) in sorted(lines.items())
    ]


def amount(micros: int) -> str:
    """Millionths as a decimal of two places."""
    return f"{micros / MICROS:.2f}"
