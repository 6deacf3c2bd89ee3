"""The named sub-queries of one statement: each gives one bitmap, and equal ones are one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kervan.segments.compile import scans
from kervan.segments.compile.bind import Bound

_OVER = {
    "people": ("people AS p FINAL WHERE NOT p.gone", "p.person"),
    "scores": ("scores AS s FINAL", "s.person"),
    "zones": ("people AS p FINAL WHERE NOT p.gone", "p.person"),
}
"""Tables with a row for each person, which are read once for all conditions on them; `zones` are
people once more, by where they live, for queries that look that up themselves."""
_ALL = "1"
_WORD = 64
"""So many segments are in one row of `memberships`."""


@dataclass(frozen=True, slots=True)
class Who:
    """People: those in the bitmap `of`, or, when `outside`, everybody else."""

    of: str
    outside: bool = False

    def others(self) -> "Who":
        """Everybody else."""
        return Who(self.of, not self.outside)


class Sets:
    """Sub-queries and conditions collected while a tree is compiled."""

    def __init__(self, bound: Bound) -> None:
        self.bound = bound
        self._named: dict[str, str] = {}
        self._picked: dict[scans.Picked, str] = {}
        self._kept: dict[int, dict[int, int]] = {}
        self._rows: dict[str, dict[str, int]] = {"people": {_ALL: 1}, "scores": {}, "zones": {}}

    @property
    def everybody(self) -> str:
        """Everybody there is."""
        return self.where("people", _ALL)

    @property
    def nobody(self) -> str:
        """The empty set."""
        return "bitmapBuild(emptyArrayUInt32())"

    def where(self, table: Literal["people", "scores", "zones"], condition: str) -> str:
        """The people whose row meets a condition, which is never NULL."""
        places = self._rows[table]
        return f"tupleElement({table}_sets, {places.setdefault(condition, len(places) + 1)})"

    def kept(self, segment: int) -> str:
        """The members of the segment with this number, as they are kept."""
        word, bit = divmod(segment, _WORD)
        places = self._kept.setdefault(word, {})
        return f"tupleElement(kept{word}, {places.setdefault(bit, len(places) + 1)})"

    def query(self, text: str) -> str:
        """What a sub-query gives: one bitmap of people."""
        return self._named.setdefault(text, f"s{len(self._named)}")

    def picked(self, picked: scans.Picked) -> str:
        """The people whose events are these; what reads the same events is read at once."""
        return self._picked.setdefault(picked, f"e{len(self._picked)}")

    def of_zones(self, zones: Sequence[str], *, inside: bool = False) -> str:
        """The people who live in these zones; `inside` a sub-query that looks them up."""
        table: Literal["people", "zones"] = "zones" if inside else "people"
        if len(zones) == 1:
            return self.where(table, f"p.zone = {self.bound.text(zones[0])}")
        return self.where(table, f"p.zone IN {self.bound.texts(zones)}")

    def all(self) -> tuple[tuple[str, str], ...]:
        """Names and expressions; later ones may use earlier ones."""
        return (*self.queries(), *self.parts())

    def queries(self) -> tuple[tuple[str, str], ...]:
        """Names and sub-queries, of bitmaps and of tuples of them."""
        of_people = [
            (f"{table}_sets", _scan(*_OVER[table], list(places)))
            for table, places in self._rows.items()
            if places
        ]
        kept = [(f"kept{word}", _members(word, list(bits))) for word, bits in self._kept.items()]
        read = [
            (f"scan{number}", scans.scan(group, self.bound))
            for number, group in enumerate(self._groups())
        ]
        return (*of_people, *kept, *read, *((name, text) for text, name in self._named.items()))

    def parts(self) -> tuple[tuple[str, str], ...]:
        """Names of bitmaps and which parts of the sub-queries' tuples they are."""
        return tuple(
            (self._picked[one], f"tupleElement(scan{number}, {place})")
            for number, group in enumerate(self._groups())
            for place, one in enumerate(group, 1)
        )

    def _groups(self) -> list[list[scans.Picked]]:
        return scans.together(list(self._picked))


def _scan(table: str, person: str, conditions: list[str]) -> str:
    states = (
        f"groupBitmapState({person})" if one == _ALL else f"groupBitmapStateIf({person}, {one})"
        for one in conditions
    )
    return f"SELECT tuple({', '.join(states)}) FROM {table}"


def _members(word: int, bits: list[int]) -> str:
    states = ", ".join(f"groupBitmapStateIf(k.person, bitTest(k.inside, {bit}))" for bit in bits)
    return f"SELECT tuple({states}) FROM memberships AS k FINAL WHERE k.word = {word}"


def both(sets: Sets, of: Sequence[Who]) -> Who:
    """Who is in all of them; of none: everybody."""
    inside = [one.of for one in of if not one.outside]
    outside = [one.of for one in of if one.outside]
    without = _fold("bitmapOr", outside) if outside else sets.nobody
    if not inside:
        return Who(without, outside=True)
    within = _fold("bitmapAnd", inside)
    return Who(f"bitmapAndnot({within}, {without})" if outside else within)


def either(sets: Sets, of: Sequence[Who]) -> Who:
    """Who is in at least one of them; of none: nobody."""
    return both(sets, [one.others() for one in of]).others()


def _fold(function: str, of: list[str]) -> str:
    """Pairs of pairs, so that many are not deep."""
    if len(of) == 1:
        return of[0]
    half = len(of) // 2
    return f"{function}({_fold(function, of[:half])}, {_fold(function, of[half:])})"
