"""What the plain reference of segments reads: spans, values at paths, tests, lines, money, shares.

Like the reference itself it imports nothing of Kervan.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

Json = Any
Node = Mapping[str, Any]
Event = Mapping[str, Any]

UNIT_MS = {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000, "week": 604_800_000}
DIGITS = {"TRY": 2, "AZN": 2, "EUR": 2, "JPY": 0, "KWD": 3}
_NUMBER = re.compile(r"[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]+)?")
_MASK = 2**64 - 1


class Instant(int):
    """A moment, in milliseconds."""


class Day(tuple[int, int]):
    """A month and a day of it."""

    __slots__ = ()


def length(span: Node) -> int:
    """Milliseconds."""
    return int(span["amount"]) * UNIT_MS[span.get("unit", "day")]


def as_number(value: Json) -> float | None:
    """The number a value is, or says."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, Instant):
        return None
    if isinstance(value, str) and (len(value) > 400 or not _NUMBER.fullmatch(value)):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def number_meets(test: Node, number: float) -> bool:
    """A number against a test of numbers."""
    value = float(test["value"])
    return {
        "eq": number == value, "ne": number != value, "lt": number < value,
        "lte": number <= value, "gt": number > value, "gte": number >= value,
        "between": value <= number <= float(test.get("high") or 0),
    }[test["op"]]  # fmt: skip


def text_meets(op: str, values: Sequence[str], text: str) -> bool:
    """A text against a test of texts."""
    if op in ("eq", "in"):
        return text in values
    if op in ("ne", "not_in"):
        return text not in values
    one = values[0]
    if op == "contains":
        return one in text
    if op == "starts_with":
        return text.startswith(one)
    if op == "ends_with":
        return text.endswith(one)
    return re.search(re.sub(r"\$$", r"\\Z", one), text) is not None  # RE2's end is the very end


def at_path(said: Json, path: str) -> Json:
    """What stands at a path; a key with a dot is the same as two."""
    if path == "":
        return None if isinstance(said, dict) else said
    if not isinstance(said, dict):
        return None
    for key, inner in said.items():
        if path == key or path.startswith(f"{key}."):
            found = at_path(inner, path[len(key) + 1 :])
            if found is not None:
                return found
    return None


def lines_of(event: Event) -> Sequence[Json]:
    """The product lines of an event."""
    lines = at_path(event["properties"], "products")
    if isinstance(lines, list) and lines and all(isinstance(one, dict) for one in lines):
        return lines
    return [event["properties"]]


def value_of(name: str, event: Event, line: Json = None) -> Json:
    """A column of an event, or a property of it or of one of its lines."""
    if name.startswith("@"):
        return event["value"] if name == "@value" else event[name[1:]] or None
    return at_path(event["properties"] if line is None else line, name)


def once_each(events: Sequence[Event]) -> list[Event]:
    """Events in order, of each order id the earliest only."""
    found, seen = [], set()
    for one in events:
        if not one["order"] or one["order"] not in seen:
            found.append(one)
        seen.add(one["order"])
    return found


def money(measure: Node, events: Sequence[Event]) -> float | None:
    """The sum, average or most of events in one currency, in major units."""
    minor = [one["value"] for one in events if one["currency"] == measure["currency"]]
    major = 10 ** DIGITS[measure["currency"]]
    how = measure.get("how", "sum")
    if how == "sum":
        return float(sum(minor)) / major
    if not minor:
        return None
    return float(max(minor)) / major if how == "most" else float(sum(minor)) / major / len(minor)


def splitmix64(seed: int) -> int:
    """The first number of Vigna's generator (https://prng.di.unimi.it/splitmix64.c)."""
    z = (seed + 0x9E3779B97F4A7C15) & _MASK
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & _MASK
    return z ^ z >> 31
