"""What the person did: a condition on a measure of her events, as a share of a scan or a query."""

from kervan.segments import tree
from kervan.segments.compile import measures
from kervan.segments.compile.joined import both
from kervan.segments.compile.moments import Bounds
from kervan.segments.compile.rows import Rows
from kervan.segments.compile.scans import MATCHING, Picked, column
from kervan.segments.compile.select import Events
from kervan.segments.compile.sets import Sets, Who, either
from kervan.segments.compile.sets import both as all_of
from kervan.segments.compile.shift import pieces

_BY_PERSON = "SELECT groupBitmapState(who) FROM "
_FEW_ZONES = 8
"""So many kinds of zones are measured beside each other; of more each event's is looked up."""


class Did:
    """Compiles conditions on events."""

    def __init__(self, sets: Sets, events: Events) -> None:
        self._sets = sets
        self._bound = sets.bound
        self._events = events

    def who(self, node: tree.Event) -> Who:
        """Whose events measure so."""
        for_none = measures.holds_for_none(node.measure, node.test)
        is_since = isinstance(node.window, tree.Since)
        if not is_since and (not node.once or measures.is_of_orders(node)):
            return self._zoned(node, for_none=for_none)
        within = self._events.within(node.window)
        if within is None:
            return Who(self._sets.nobody, outside=for_none)
        any_will_do = measures.of_any(node) is not None
        if isinstance(node.window, tree.Since) and any_will_do and not node.once:
            text = self._any_since(node, node.window, within)
        else:
            text = self._apart(node, within, for_none=for_none, any_will_do=any_will_do)
        return Who(self._sets.query(text), outside=for_none)

    # As a share of a scan -------------------------------------------------------------------------

    def _zoned(self, node: tree.Event, *, for_none: bool) -> Who:
        """Zones that mean the same are asked together, and their people taken of each answer."""
        by_kind: dict[object, list[str]] = {}
        for zone, bounds in zip(
            self._events.moments.zones, self._events.moments.of_events(node.window), strict=True
        ):
            local = pieces(zone, bounds) if _is_local(node) else ()
            by_kind.setdefault((bounds, local), []).append(zone)
        kinds = list(by_kind.values())
        if len(kinds) == 1 or len(kinds) > _FEW_ZONES:
            one = self._events.in_zone(kinds[0][0]) if len(kinds) == 1 else self._events
            return Who(self._picked(node, one, for_none=for_none), outside=for_none)
        # Most people live in the first: they are all who live nowhere else, and need no set.
        kinds.append(kinds.pop(0))
        homes = [Who(self._sets.of_zones(zones)) for zones in kinds[:-1]]
        homes.append(either(self._sets, homes).others())
        theirs = [
            Who(self._picked(node, self._events.in_zone(zones[0]), for_none=for_none))
            for zones in kinds
        ]
        met = [all_of(self._sets, pair) for pair in zip(homes, theirs, strict=True)]
        found = either(self._sets, met)
        return found.others() if for_none else found

    def _picked(self, node: tree.Event, events: Events, *, for_none: bool) -> str:
        """The people with events that decide against `for_none`."""
        each = events.moments.of_events(node.window)
        bounds: Bounds = (min(low for low, _ in each), max(high for _, high in each))
        if bounds[0] >= bounds[1]:
            return self._sets.nobody
        within = events.within(node.window) or []
        times = [one for one in within if one not in events.between(bounds)]
        times += events.on_clock(node.clock, node.window) if node.clock else []
        of = [*events.meet(node), *measures.only(node.measure, self._bound)]
        names = tuple(sorted(set(node.events)))
        picked = Picked(names, tuple(of), bounds, tuple(times))
        if measures.of_any(node) is None:
            columns: dict[str, str] = {}

            def read(expression: str) -> str:
                return columns.setdefault(expression, column(len(columns)))

            turned = "NOT " if for_none else ""
            having, having_if = (
                turned + measures.meets(node, events, self._bound, read, matching)
                for matching in ("", MATCHING)
            )
            measured = (having, having_if, tuple(columns))
            picked = Picked(names, tuple(of), bounds, tuple(times), *measured)
        return self._sets.picked(picked)

    # As a query of its own ------------------------------------------------------------------------

    def _apart(
        self, node: tree.Event, within: list[str], *, for_none: bool, any_will_do: bool
    ) -> str:
        """Who has events that decide against `for_none`."""
        hours = self._events.on_clock(node.clock, node.window) if node.clock else []
        of = [self._events.named(node.events), *self._events.meet(node)]
        if node.once:
            of += self._events.within(tree.Ever()) or []
        since = node.window if isinstance(node.window, tree.Since) else None
        anchors = self._anchors(since) if since else ""
        rows = Rows(of, [*within, *hours], once=node.once, anchors=anchors)
        rows.only(measures.only(node.measure, self._bound))
        if any_will_do:
            return f"{_BY_PERSON}{rows.text()}"
        meets = measures.meets(node, self._events, self._bound, rows.read)
        having = f"NOT {meets}" if for_none else meets
        return f"{_BY_PERSON}(SELECT who FROM {rows.text()} GROUP BY who HAVING {having})"

    def _anchors(self, since: tree.Since) -> str:
        """When it was that she did the others, for who did."""
        of = [self._events.named(since.events), *self._events.meet(since)]
        of += self._events.within(tree.Ever()) or []
        which = "min" if since.first else "max"
        anchor = f"toNullable({which}(at)) AS anchor"
        return f"SELECT who, {anchor} FROM events WHERE {both(of)} GROUP BY who"

    def _any_since(self, node: tree.Event, since: tree.Since, within: list[str]) -> str:
        """Who did it after the others: her last of these is later than the anchor, in one pass."""
        hours = self._events.on_clock(node.clock, node.window) if node.clock else []
        these = both([self._events.named(node.events), *self._events.meet(node), *hours])
        others = both([self._events.named(since.events), *self._events.meet(since)])
        which = "min" if since.first else "max"
        names = self._events.named((*node.events, *since.events))
        of = both([names, *within, f"({these} OR {others})"])
        last, anchor = f"maxOrNullIf(at, {these})", f"{which}OrNullIf(at, {others})"
        having = f"isNotNull({last}) AND ifNull({last} > {anchor}, 1)"
        return f"{_BY_PERSON}(SELECT who FROM events WHERE {of} GROUP BY who HAVING {having})"


def _is_local(node: tree.Event) -> bool:
    """Whether local times of events are asked for."""
    if isinstance(node.measure, tree.Earliest | tree.Latest) and node.measure.property == "@at":
        return True
    return node.clock is not None or isinstance(node.measure, tree.Days)
