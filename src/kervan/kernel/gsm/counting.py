"""Counts what a text costs as short messages, and finds the cheapest way to write it.

The figures come out of the standard's one rule, 140 octets a message (3GPP TS 23.040, 9.2.3.24):
160/153 septets, 155/149 with one Turkish shift, 152/146 with both, 70/67 UTF-16 units.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from kervan.kernel.gsm.alphabet import TURKISH_LETTERS, Mode, codes
from kervan.kernel.gsm.folding import Fold, fold, normal
from kervan.kernel.gsm.headers import Joining, header_octets

_OCTETS = 140
_MOST_RESERVED = 40


@dataclass(frozen=True, slots=True)
class Rules:
    """What a sender's account takes, and how its provider counts.

    `modes` stand in order of preference: of those with the fewest parts the first is taken.
    """

    modes: tuple[Mode, ...] = (Mode.GSM, Mode.SINGLE, Mode.UCS2)
    fold: Fold = Fold.SIGNS
    reserve_units: int = 0
    """Room kept in the last part for what the operator appends: Turkish ones add " B001", 5."""
    turkish_once: bool = False
    """Whether ğ ş ı İ Ş Ğ ç are billed as one unit in single shift too, as Verimor's table says
    (its user_guide.md, 155/149 a part); what we write ourselves must count them twice."""
    joining: Joining = Joining.UDH8

    def __post_init__(self) -> None:
        if not self.modes or not 0 <= self.reserve_units <= _MOST_RESERVED:
            raise ValueError("rules need a mode, and room of 0 to 40 units")


class Size(NamedTuple):
    """Units that fit one message: of a text that fits one, and of each part of a longer one."""

    single: int
    each: int


@dataclass(frozen=True, slots=True)
class Count:
    """What `text`, folded as the rules say, costs in `mode`.

    `units` are septets or UTF-16 units; `left` of them still fit without another part. An empty
    text has no parts. `unsendable` are the characters that the mode cannot write, each once.
    """

    text: str = field(repr=False)
    mode: Mode
    parts: int
    units: int
    left: int
    unsendable: tuple[str, ...] = ()


@cache
def size(mode: Mode, joining: Joining = Joining.UDH8) -> Size:
    """How much fits in each message of `mode`."""
    single = _OCTETS - header_octets(mode, None)
    # Whoever joins by other means than a header of ours is taken to use the short header.
    each = _OCTETS - header_octets(mode, Joining.UDH8 if joining is Joining.SAR else joining)
    if mode.is_septets:
        return Size(single * 8 // 7, each * 8 // 7)
    return Size(single // 2, each // 2)


def count(text: str, rules: Rules) -> Count:
    """The cheapest way that `rules` allow to send `text`.

    Where no mode of septets can write it even folded, and UCS-2 may be used, nothing is folded:
    the letters cost nothing more. Where nothing can write it, the count that loses least says
    what is lost.
    """
    folded = fold(text, rules.fold)
    best: Count | None = None
    for mode in rules.modes:
        one = measure(folded if mode.is_septets else normal(text), mode, rules)
        if best is None or _cost(one) < _cost(best):
            best = one
        if _cost(best) <= (0, 1):
            break  # nothing is cheaper than one part, and the first mode of those is preferred
    assert best is not None
    return best


def _cost(count: Count) -> tuple[int, int]:
    return len(count.unsendable), count.parts


def compare(text: str, rules: Rules) -> list[Count]:
    """The same for each mode of `rules`, in their order: what an editor shows beside a text."""
    folded, plain = fold(text, rules.fold), normal(text)
    return [measure(folded if mode.is_septets else plain, mode, rules) for mode in rules.modes]


def measure(text: str, mode: Mode, rules: Rules) -> Count:
    """What a text that needs no more folding costs in `mode`; the unsendable counts as one unit."""
    costs, lost = _costs(text, mode, once=rules.turkish_once)
    limit, units = size(mode, rules.joining), sum(costs)
    if units + rules.reserve_units <= limit.single:
        left = limit.single - units - rules.reserve_units if costs else limit.single
        return Count(text, mode, 1 if costs else 0, units, left, tuple(dict.fromkeys(lost)))
    ends = cut(costs, limit, rules.reserve_units)
    left = limit.each - sum(costs[ends[-2] :]) - rules.reserve_units
    return Count(text, mode, len(ends), units, left, tuple(dict.fromkeys(lost)))


def costs_of(text: str, mode: Mode) -> list[int]:
    """The units of each character as it is written. Raises KeyError for one that cannot be."""
    costs, lost = _costs(text, mode, once=False)
    for char in lost:
        raise KeyError(char)
    return costs


def cut(costs: list[int], limit: Size, reserve_units: int = 0) -> list[int]:
    """Where each part ends, as indexes of characters: none is cut in two, the last has room."""
    if not costs:
        return []
    if sum(costs) + reserve_units <= limit.single:
        return [len(costs)]
    ends: list[int] = []
    used = 0
    for index, cost in enumerate(costs):
        if used + cost > limit.each:
            ends.append(index)
            used = 0
        used += cost
    if used + reserve_units > limit.each:
        # No part may be without text of its own, so the last character goes along.
        ends.append(len(costs) - 1)
    return [*ends, len(costs)]


def _costs(text: str, mode: Mode, *, once: bool) -> tuple[list[int], Iterable[str]]:
    if mode is Mode.UCS2:
        lost = [] if text.isascii() else [c for c in text if "\ud800" <= c <= "\udfff"]
        return [2 if char > "\uffff" else 1 for char in text], lost
    known = _units(mode, once=once)
    try:
        return [known[char] for char in text], ()
    except KeyError:
        return [known.get(char, 1) for char in text], [c for c in text if c not in known]


@cache
def _units(mode: Mode, *, once: bool) -> dict[str, int]:
    units = {char: len(code) for char, code in codes(mode).items()}
    if once and mode.shifts:
        units.update(dict.fromkeys(TURKISH_LETTERS, 1))
    return units
