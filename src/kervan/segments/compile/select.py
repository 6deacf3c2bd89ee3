"""Picks events of a kind as ClickHouse conditions: names first, then conditions, lines, hours."""

import re
from collections.abc import Sequence

from kervan.segments import tree
from kervan.segments.compile import readings
from kervan.segments.compile.bind import Bound, path
from kervan.segments.compile.joined import both, named, within
from kervan.segments.compile.moments import Bounds, Moments, classes, of_zone
from kervan.segments.compile.readings import NOT, Value, total
from kervan.segments.compile.sets import Sets
from kervan.segments.compile.shift import local_ms
from kervan.segments.zones import DAY_MS

AT_MS = "toUnixTimestamp64Milli(at)"
_HOUR_MS = 3_600_000
_WEEKS_MS = 700_000 * DAY_MS
"""Whole weeks, added so that nothing is negative."""
_TEXTS = {"@name": "name", "@channel": "channel", "@currency": "currency", "@order": "order_id"}
_JSON, _MIXED, _SOME = (
    path("properties", "products", f"`Array({kind})`")
    for kind in ("JSON", "Dynamic", "Nullable(JSON)")
)
_PRODUCTS = (
    (_JSON, ""),
    (f"{_MIXED}.JSON", f" AND arrayAll(x -> dynamicType(x) = 'JSON', {_MIXED})"),
    (_SOME, f" AND arrayAll(x -> isNotNull(x), {_SOME})"),
)
"""A list of objects, as ClickHouse keeps it by what came before it in a block, and what tells that
nothing else is among them."""
_KINDS = {"t": "String", "i": "Int64", "f": "Float64", "u": "UInt64", "b": "Bool", "k": ""}


class Events:
    """Conditions on rows of `events`; NULL is no."""

    def __init__(self, sets: Sets, moments: Moments) -> None:
        self._sets = sets
        self._bound: Bound = sets.bound
        self.moments = moments

    def lives(self, zones: Sequence[str]) -> str:
        """The condition that the person of an event lives in one of these zones."""
        return f"bitmapContains({self._sets.of_zones(zones, inside=True)}, who)"

    def value(self, name: str) -> Value:
        """The readings of a property or column of an event."""
        if not name.startswith("@"):
            return readings.of_path("properties", name)
        if name == "@value":
            return readings.of_number("value_minor")
        return readings.of_text(_TEXTS[name]) if name in _TEXTS else Value()

    def named(self, names: Sequence[str]) -> str:
        """The condition on the name."""
        return named(names, self._bound)

    def in_zone(self, zone: str) -> "Events":
        """The same where everybody lives in this zone."""
        return Events(self._sets, Moments(self.moments.at_ms, [zone]))

    def meet(self, asked: tree.Event | tree.Stage | tree.Since) -> list[str]:
        """The conditions of one event but for its name."""
        met = [self._meets(each) for each in asked.where]
        if not isinstance(asked, tree.Since) and asked.lines:
            met.append(self._one_line(asked.lines))
        return met

    def _meets(self, each: tree.Filter) -> str:
        return readings.meets(self.value(each.property), each.test, self._bound)

    # Product lines --------------------------------------------------------------------------------

    def _one_line(self, filters: Sequence[tree.Filter]) -> str:
        """Whether one line of the event meets all of them, or the event when it has no lines."""
        of_event = [self._meets(one) for one in filters if one.property.startswith("@")]
        of_line = [one for one in filters if not one.property.startswith("@")]
        if not of_line:
            return both(of_event)
        own = both([self._meets(one) for one in of_line])
        met = both([
            readings.meets(_of_line(place), one.test, self._bound)
            for place, one in enumerate(of_line)
        ])  # fmt: skip
        used = sorted(set(re.findall(r"\bline[0-9]+[a-z]\b", met))) or ["line0k"]
        some = f"({', '.join(used)}) -> {total(met)}"
        choices = []
        for lists, are_lines in _PRODUCTS:
            columns = [
                path(lists, of_line[int(one[4:-1])].property, _KINDS[one[-1]]) for one in used
            ]
            are_there = f"notEmpty({columns[0]}){are_lines}"
            choices.append(f"{are_there}, arrayExists({some}, {', '.join(columns)})")
        return both([*of_event, f"multiIf({', '.join(choices)}, {total(own)})"])

    # Time -----------------------------------------------------------------------------------------

    def within(self, window: tree.Window) -> list[str] | None:
        """The conditions on the time of an event; None when it can be at no time."""
        bounds = self.moments.of_events(window)
        low, high = min(low for low, _ in bounds), max(high for _, high in bounds)
        if low >= high:
            return None
        met = self.between((low, high))
        parts = [both(self.between(one)) for one in bounds]
        if len(set(parts)) > 1:
            met.append(of_zone(classes(self.moments.zones, parts), self.lives))
        return met

    def between(self, bounds: Bounds) -> list[str]:
        """The conditions that an event lies from the first instant to before the second."""
        return within(bounds, self._bound)

    def local_day(self, window: tree.Window) -> str:
        """The number of the local day on which an event in the window was."""
        return f"intDiv({self._local(window)} + {_WEEKS_MS}, {DAY_MS})"

    def on_clock(self, clock: tree.Clock, window: tree.Window) -> list[str]:
        """The conditions on the local weekday and hour of an event in the window."""
        hours = [
            (weekday - 4) % 7 * 24 + hour  # 1970-01-01 was a Thursday
            for weekday in clock.weekdays or range(1, 8)
            for hour in _hours(clock)
        ]
        if len(hours) == 7 * 24:
            return []
        hour = f"intDiv({self._local(window)} + {_WEEKS_MS}, {_HOUR_MS}) % {7 * 24}"
        return [f"({hour} IN {self._bound.integers(sorted(hours))})"]

    def _local(self, window: tree.Window) -> str:
        bounds = self.moments.of_events(window)
        between = min(low for low, _ in bounds), max(high for _, high in bounds)
        return local_ms(AT_MS, self.moments.zones, self._bound, self.lives, between)

    def dated(self, test: tree.Test, window: tree.Window) -> str:
        """The condition that the time of an event in the window meets a test."""
        match test:
            case tree.Time():
                parts = [both(self.between(one)) for one in self.moments.bounds(test.window)]
            case tree.Yearly():
                day = f"fromUnixTimestamp64Milli({self._local(window)}, 'UTC')"
                near = f"toInt64(toMonth({day}) * 100 + toDayOfMonth({day}))"
                parts = [
                    f"has({self._bound.integers(days)}, {near})"
                    for days in self.moments.near_days(test)
                ]
            case _:
                return "1" if isinstance(test, tree.Known) else NOT
        return of_zone(classes(self.moments.zones, parts), self.lives)


def _hours(clock: tree.Clock) -> list[int]:
    """The hours of a day on the clock."""
    first, end = clock.from_hour, clock.to_hour
    if first == end:
        return list(range(24))
    return [
        one for one in range(24) if (first <= one < end) or (end < first and not end <= one < first)
    ]


def _of_line(place: int) -> Value:
    """The readings of a line as the names they have where lists are walked together."""
    t, i, f, u, b, k = (f"line{place}{kind}" for kind in _KINDS)
    native = f"coalesce(toFloat64({i}), {f}, toFloat64({u}))"
    return Value(t, f"ifNull({native}, {readings.decimal(t)})", b, f"isNotNull({k})", native)
