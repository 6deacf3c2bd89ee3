"""Decides which atoms and identifiers are one person, as a pure function of all claims among them.

The claims of a component are tried one by one in an order that does not depend on their arrival,
and each is granted unless it would break a rule (Kruskal's algorithm, 1956, with refusals): what
an operator said first, then what a trusted source said to be the same, verified claims the latest
first, then trusted ones the earliest first.
"""

from typing import NamedTuple

import msgspec

from kervan.profiles import identifiers

SELF, SAME, VERIFIED, TRUSTED, UNVERIFIED = range(5)
"""Ranks of claims: an atom's own anchor; said to be the same; verified; trusted; a browser's."""
RANK_NAMES = ("self", "same", "verified", "trusted", "unverified")
JOINED, ANOTHERS, TOO_MANY, TOO_LARGE, QUARANTINED, NOT_VERIFIED = (
    "joined", "belongs_to_another", "too_many", "too_large", "quarantined", "not_verified",
)  # fmt: skip
CONFLICTS = frozenset({ANOTHERS, TOO_MANY, TOO_LARGE, QUARANTINED})
MOST_IDENTIFIERS, MOST_MERGES, MOST_CLAIMANTS = 1000, 100, 20

Value = tuple[int, bytes]
"""An identifier: its kind and its blind hash."""


class Edge(msgspec.Struct, gc=False):
    """A claim of one atom on one identifier; times in milliseconds, 0 for never verified."""

    atom: int
    value: Value
    rank: int
    first_ms: int
    verified_ms: int


class Link(NamedTuple):
    """Two atoms an operator said are one person."""

    one: int
    other: int
    at_ms: int
    number: int


class Settled(msgspec.Struct):
    """What was decided: each atom's head, each identifier's owning atom, why others do not own.

    `reason` has an entry for each edge that does not own its identifier.
    """

    head: dict[int, int]
    owner: dict[Value, int]
    reason: dict[tuple[int, Value], str]


class _Groups:
    """Disjoint sets of identifiers, each with what the rules look at."""

    def __init__(self) -> None:
        self._parent: dict[Value, Value] = {}
        self._counts: dict[Value, dict[int, int]] = {}
        self._merges: dict[Value, int] = {}
        self.atoms: dict[Value, list[int]] = {}

    def add(self, value: Value) -> None:
        if value not in self._parent:
            self._parent[value] = value
            self._counts[value] = {value[0]: 1}
            self._merges[value] = 0
            self.atoms[value] = []

    def root(self, value: Value) -> Value:
        parent = self._parent
        while parent[value] != value:
            parent[value] = parent[parent[value]]
            value = parent[value]
        return value

    def refusal(self, one: Value, other: Value, *, free: bool) -> str:
        """Why the two may not be one, or ""; `free` ones are bound by the sizes only."""
        mine, theirs = self._counts[one], self._counts[other]
        if sum(mine.values()) + sum(theirs.values()) > MOST_IDENTIFIERS:
            return TOO_LARGE
        if free:
            merges = self._merges[one] + self._merges[other]
            return TOO_LARGE if merges >= MOST_MERGES else ""
        over = [
            kind for kind, count in theirs.items()
            if kind in mine and mine[kind] + count > identifiers.most(kind)
        ]  # fmt: skip
        if any(map(identifiers.is_customer, over)):
            return ANOTHERS
        return TOO_MANY if over else ""

    def unite(self, one: Value, other: Value, *, free: bool) -> None:
        if len(self._counts[one]) < len(self._counts[other]):
            one, other = other, one
        self._parent[other] = one
        counts = self._counts[one]
        for kind, count in self._counts.pop(other).items():
            counts[kind] = counts.get(kind, 0) + count
        self._merges[one] += self._merges.pop(other) + free
        self.atoms[one] += self.atoms.pop(other)


def settle(edges: list[Edge], links: list[Link], quarantined: set[Value]) -> Settled:
    """Decide a component: all `edges` and `links` among its atoms and identifiers.

    Each atom has exactly one edge of rank SELF. Claims on `quarantined` identifiers join nobody.
    The order of the arguments does not matter.
    """
    anchor: dict[int, Edge] = {}
    groups = _Groups()
    for edge in edges:
        groups.add(edge.value)
        if edge.rank == SELF:
            anchor[edge.atom] = edge
            groups.atoms[edge.value].append(edge.atom)
    settled = Settled({}, {edge.value: atom for atom, edge in anchor.items()}, {})
    for link in sorted(links, key=lambda one: (one.at_ms, one.number)):
        one, other = groups.root(anchor[link.one].value), groups.root(anchor[link.other].value)
        if one != other and not groups.refusal(one, other, free=True):
            groups.unite(one, other, free=True)
    _grant(edges, anchor, groups, settled, quarantined)
    for atoms in groups.atoms.values():
        if atoms:
            head = min(atoms, key=lambda atom: _seniority(anchor[atom]))
            settled.head.update(dict.fromkeys(atoms, head))
    return settled


def _grant(
    edges: list[Edge],
    anchor: dict[int, Edge],
    groups: _Groups,
    settled: Settled,
    quarantined: set[Value],
) -> None:
    def order(edge: Edge) -> tuple[int, int, int, Value, Value]:
        latest = -edge.verified_ms if edge.rank == VERIFIED else 0
        return (edge.rank, latest, edge.first_ms, anchor[edge.atom].value, edge.value)

    owner, granted = settled.owner, list(anchor.values())
    verified: set[Value] = set()
    for edge in sorted((edge for edge in edges if edge.rank != SELF), key=order):
        name = (edge.atom, edge.value)
        if why := _refusal(edge, anchor[edge.atom].value, groups, quarantined):
            settled.reason[name] = why
            continue
        granted.append(edge)
        # Who is anchored at an identifier owns it, unless somebody of the same person verified it.
        if edge.value not in owner or (edge.rank == VERIFIED and edge.value not in verified):
            owner[edge.value] = edge.atom
        if edge.rank == VERIFIED:
            verified.add(edge.value)
    for edge in granted:
        if owner[edge.value] != edge.atom:
            settled.reason[edge.atom, edge.value] = JOINED


def _refusal(edge: Edge, own: Value, groups: _Groups, quarantined: set[Value]) -> str:
    if edge.value in quarantined:
        return QUARANTINED
    one, other = groups.root(own), groups.root(edge.value)
    if one == other:
        return ""
    free = edge.rank == SAME
    why = groups.refusal(one, other, free=free)
    if not why:
        groups.unite(one, other, free=free)
    return why


def _seniority(anchor: Edge) -> tuple[bool, int, Value]:
    return (not identifiers.is_customer(anchor.value[0]), anchor.first_ms, anchor.value)
