"""Compiles a tree into sub-queries, one set of people per distinct leaf, and what combines them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kervan.segments.lower import Core

SETTINGS: dict[str, int] = {"precise_float_parsing": 1}
"""Settings without which a compiled statement does not mean what it says."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """Who a tree is about, as ClickHouse text.

    `sets` are names and the sub-queries behind them, each giving one value (bitmaps of people);
    later ones may name earlier ones. `members` and `everybody` are expressions over these names,
    each a bitmap. `parameters` are bound to the whole statement.
    """

    sets: tuple[tuple[str, str], ...]
    members: str
    everybody: str
    parameters: Mapping[str, object] = field(default_factory=dict)

    def statement(self, select: str) -> str:
        """A whole statement: what follows SELECT, where `members` and `everybody` are bitmaps."""
        named = [f"({query}) AS {name}" for name, query in self.sets]
        named += [f"({self.members}) AS members", f"({self.everybody}) AS everybody"]
        return f"WITH {', '.join(named)} SELECT {select}"


def to_sql(node: Core, at_ms: int, zones: Sequence[str]) -> Compiled:
    """The question who is in `node` at the instant `at_ms`, by everybody's `zones`."""
    raise NotImplementedError
