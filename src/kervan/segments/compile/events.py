"""What the person did: a condition on a measure of her events as one sub-query."""

from kervan.segments import tree
from kervan.segments.compile import measures
from kervan.segments.compile.rows import Rows
from kervan.segments.compile.select import Events, both
from kervan.segments.compile.sets import Sets, Who

_BY_PERSON = "SELECT groupBitmapState(who) FROM "


class Did:
    """Compiles conditions on events."""

    def __init__(self, sets: Sets, events: Events) -> None:
        self._sets = sets
        self._bound = sets.bound
        self._events = events

    def who(self, node: tree.Event) -> Who:
        """Whose events measure so."""
        for_none = measures.holds_for_none(node.measure, node.test)
        within = self._events.within(node.window)
        if within is None:
            return Who(self._sets.nobody, outside=for_none)
        decides = measures.of_any(node)
        if decides is not None and isinstance(node.window, tree.Since) and not node.once:
            text = self._any_since(node, node.window, within)
        else:
            text = self._measured(node, within, for_none=for_none, any_will_do=decides is not None)
        return Who(self._sets.query(text), outside=for_none)

    def _measured(
        self, node: tree.Event, within: list[str], *, for_none: bool, any_will_do: bool
    ) -> str:
        """Who has events that decide against `for_none`."""
        later = [*within, *(self._events.on_clock(node.clock, node.window) if node.clock else [])]
        of = [self._events.named(node.events), *self._events.meet(node)]
        if node.once:
            of += self._events.within(tree.Ever()) or []
        since = node.window if isinstance(node.window, tree.Since) else None
        rows = Rows(of, later, once=node.once, anchors=self._anchors(since) if since else "")
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
