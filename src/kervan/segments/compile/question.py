"""Compiles a tree into sub-queries, one set of people per distinct leaf, and what combines them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeGuard

from kervan.segments import tree
from kervan.segments.compile.bind import Bound
from kervan.segments.compile.chain import Chains
from kervan.segments.compile.events import Did
from kervan.segments.compile.joined import both as all_of
from kervan.segments.compile.moments import Moments
from kervan.segments.compile.people import Conditions, PersonLeaf, is_score
from kervan.segments.compile.select import Events
from kervan.segments.compile.sets import Sets, Who, both, either
from kervan.segments.lower import Core, Kept, Listed

SETTINGS: dict[str, int] = {"precise_float_parsing": 1}
"""Settings without which a compiled statement does not mean what it says."""
_LISTED = (
    "groupBitmapState(l.who) FROM list_members AS l FINAL WHERE l.list = {list} AND NOT l.gone"
)


@dataclass(frozen=True, slots=True)
class Compiled:
    """Who a tree is about, as ClickHouse text.

    `sets` are names and the sub-queries behind them, each giving one value: a bitmap of people, or
    a tuple of them, of which `parts` names some. `members` and `everybody` are expressions over
    these names, each a bitmap. `parameters` are bound to the whole statement.
    """

    sets: tuple[tuple[str, str], ...]
    parts: tuple[tuple[str, str], ...]
    members: str
    everybody: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    def statement(self, select: str) -> str:
        """A whole statement: what follows SELECT, where `members` and `everybody` are bitmaps.

        Sets are columns and no aliases, because each use of an alias is a copy of its query to
        ClickHouse, which reads a copy of the text, though it runs it once.
        """
        text = f"SELECT {', '.join(f'({query}) AS {name}' for name, query in self.sets)}"
        parts = "".join(f", {part} AS {name}" for name, part in self.parts)
        text = f"SELECT *{parts} FROM ({text})"
        text = f"SELECT *, {self.members} AS members, {self.everybody} AS everybody FROM ({text})"
        return f"SELECT {select} FROM ({text})"


def to_sql(node: Core | Kept, at_ms: int, zones: Sequence[str]) -> Compiled:
    """The question who is in `node` at the instant `at_ms` (UTC); `zones` are everybody's."""
    return Compiler(at_ms, zones).compiled(node)


class Compiler:
    """Compiles trees whose leaves are asked once for all of them."""

    def __init__(self, at_ms: int, zones: Sequence[str]) -> None:
        self.sets = Sets(Bound())
        moments = Moments(at_ms, zones)
        self._people = Conditions(self.sets.bound, moments)
        events = Events(self.sets, moments)
        self._did = Did(self.sets, events)
        self._chains = Chains(self.sets, events)
        self._known: dict[Core | Kept, Who] = {}

    def compiled(self, node: Core | Kept) -> Compiled:
        """The question who is in `node`, with all that was compiled so far."""
        members = self.members(node)
        everybody = self.sets.everybody
        sets = self.sets
        return Compiled(sets.queries(), sets.parts(), members, everybody, sets.bound.parameters)

    def members(self, node: Core | Kept) -> str:
        """The bitmap of everybody who is in `node`."""
        who = self.who(node)
        function = "bitmapAndnot" if who.outside else "bitmapAnd"
        return f"{function}({self.sets.everybody}, {who.of})"

    def who(self, node: Core | Kept) -> Who:
        """Who meets a tree or leaf; there may be strangers among them."""
        found = self._known.get(node)
        if found is None:
            found = self._known[node] = self._who(node)
        return found

    def _who(self, node: Core | Kept) -> Who:
        match node:
            case tree.All():
                return self._all(node.of)
            case tree.Any():
                return either(self.sets, [self.who(one) for one in node.of])
            case tree.Nothing():
                return either(self.sets, [self.who(one) for one in node.of]).others()
            case tree.Event():
                return self._did.who(node)
            case tree.Sequence():
                return self._chains.who(node)
            case Kept():
                return Who(self.sets.kept(node.segment))
            case Listed():
                return Who(self.sets.query(self._listed(node.list)))
            case tree.Fact() if is_score(node.fact):
                scored = self.sets.where("scores", self._people.of_scores(node))
                return Who(scored, outside=isinstance(node.test, tree.Unknown))
            case tree.Trait() | tree.Fact() | tree.Reach() | tree.Consent() | tree.Share():
                return Who(self.sets.where("people", self._people.of_people(node)))
        raise TypeError(f"{type(node).__name__} is no part of a core")

    def _all(self, of: Sequence[Core]) -> Who:
        """Who meets all; conditions on her own row are one, which gives one set and not several."""
        own = [self._people.of_people(one) for one in of if _is_own(one)]
        if len(own) < 2:
            return both(self.sets, [self.who(one) for one in of])
        others = [self.who(one) for one in of if not _is_own(one)]
        return both(self.sets, [Who(self.sets.where("people", all_of(own))), *others])

    def _listed(self, number: int) -> str:
        return f"SELECT {_LISTED.replace('{list}', self.sets.bound.natural(number))}"


def _is_own(node: Core) -> TypeGuard[PersonLeaf]:
    """Whether a leaf is a condition on the person's row of `people`."""
    return isinstance(node, PersonLeaf) and not (
        isinstance(node, tree.Fact) and is_score(node.fact)
    )
