"""Rows of events that a measure is taken of: as they lie, once per order, or after others."""

from collections.abc import Sequence

from kervan.segments.compile.joined import PLACE, both

_OWN = ("at", "who")


class Rows:
    """Rows of `events` under conditions; what aggregates read of them is named by `read`.

    `of` are conditions on each event. With `once` the first of one order is kept, and only then
    are `later` asked, conditions on the columns `at` and `who`. With `anchors`, a query giving
    `who` and `anchor`, rows count that are later than the person's anchor, or of who has none.
    """

    def __init__(
        self, of: Sequence[str], later: Sequence[str], *, once: bool = False, anchors: str = ""
    ) -> None:
        self._of = of
        self._later = later
        self._once = once
        self._anchors = anchors
        self._columns: dict[str, str] = {}

    def read(self, expression: str) -> str:
        """How to name what stands in each row."""
        if expression in _OWN or not (self._once or self._anchors):
            return expression
        return self._columns.setdefault(expression, f"e{len(self._columns)}")

    def only(self, conditions: Sequence[str]) -> None:
        """Ask this of each row too, last of all."""
        self._later = [*self._later, *(self.read(one) for one in conditions)]

    def text(self) -> str:
        """What follows FROM."""
        text = self._first() if self._once else self._plain()
        if not self._anchors:
            return text
        return (
            f"(SELECT * FROM {text}) AS e LEFT JOIN ({self._anchors}) AS a ON e.who = a.who"
            " WHERE ifNull(e.at > a.anchor, 1)"
        )

    def _plain(self) -> str:
        if not self._anchors:
            return f"events WHERE {both([*self._of, *self._later])}"
        columns = "".join(f", {one} AS {name}" for one, name in self._columns.items())
        picked = f"SELECT who, at{columns} FROM events WHERE {both(self._of)}"
        return f"({picked}) WHERE {both(self._later)}"

    def _first(self) -> str:
        """The earliest of one order of one person; without an order id each is its own."""
        of = (
            f"FROM events WHERE {both(self._of)}"
            " GROUP BY who, order_id, if(order_id = '', toString(event_id), '')"
        )
        if not self._columns:
            first = f"(SELECT who, min(at) AS first {of})"
            return f"(SELECT who, first AS at FROM {first}) WHERE {both(self._later)}"
        kept = f"argMin(tuple({', '.join(['at', *self._columns])}), {PLACE}) AS kept"
        names = ["at", *self._columns.values()]
        places = "".join(f", tupleElement(kept, {i}) AS {one}" for i, one in enumerate(names, 1))
        return f"(SELECT who{places} FROM (SELECT who, {kept} {of})) WHERE {both(self._later)}"
