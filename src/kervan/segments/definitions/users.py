"""Who asks for which segment: other segments, and what the rooms above this one have."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kervan.kernel import sql
from kervan.kernel.postgres import Connection
from kervan.segments.definitions.resolve import named
from kervan.segments.tree import Node

_SQL = sql.load(__package__, "store.sql")


@dataclass(frozen=True, slots=True)
class Use:
    """Something that asks for a segment: its kind (`segment`, `journey`), key and name."""

    kind: str
    key: str
    name: str


Ask = Callable[[Connection], list[tuple[str, Use]]]
holding: list[Ask] = []
"""Each tells who uses which segment (by key) in a room above this one, and keeps it from being
archived; wired in app/."""
hearing: list[Ask] = []
"""The same of those who do without a segment once it is archived."""


def members_named(node: Node) -> set[str]:
    """The keys of the segments that a tree names itself."""
    return {member.segment for _, member in named(node)}


def held(conn: Connection, trees: Mapping[str, tuple[str, Node]]) -> dict[str, list[Use]]:
    """By key of a segment all who keep it from being archived; `trees` are (name, tree) of the
    active segments that have a tree, by key."""
    found: dict[str, list[Use]] = {}
    for key, (name, tree) in trees.items():
        for one in members_named(tree):
            found.setdefault(one, []).append(Use("segment", key, name))
    return _added(conn, found, holding)


def heard(conn: Connection) -> dict[str, list[Use]]:
    """By key of a segment those who hear of its members and do not keep it: its receiver too."""
    rows = conn.execute(_SQL.told).fetchall()
    return _added(conn, {key: [Use("sync", key, url)] for key, url in rows}, hearing)


def _added(conn: Connection, found: dict[str, list[Use]], asks: list[Ask]) -> dict[str, list[Use]]:
    for ask in asks:
        for key, use in ask(conn):
            found.setdefault(key, []).append(use)
    return found
