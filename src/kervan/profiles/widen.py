"""Widens new claims to everything connected with them, and says what has to be written."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kervan.kernel.postgres import Connection
from kervan.profiles import graph, settle
from kervan.profiles.graph import Decision, Name, Stored
from kervan.profiles.settle import Edge, Link, Settled, Value


@dataclass(slots=True)
class Component:
    """Everything connected with some claims: what is stored of it and what is true now.

    `edges` are all joining claims as they are with the new ones; identifiers in `quarantined`
    connect nobody.
    """

    stored: dict[Name, Stored] = field(default_factory=dict)
    edges: dict[Name, Edge] = field(default_factory=dict)
    links: dict[int, Link] = field(default_factory=dict)
    quarantined: set[Value] = field(default_factory=set)
    atoms: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Unknown:
    """Atoms and identifiers that no table knows yet: there is no use asking for them."""

    atoms: set[int] = field(default_factory=set)
    values: set[Value] = field(default_factory=set)


def widen(
    conn: Connection, new: dict[Name, Edge], atoms: Iterable[int], unknown: Unknown
) -> Component:
    """Load what hangs together with the `new` (or changed) edges and with `atoms`.

    One pair of questions for each step away from them, whatever their number.
    """
    found = Component(edges=dict(new))
    on_value: dict[Value, list[int]] = {}
    of_atom: dict[int, list[Value]] = {}
    for atom, value in new:
        on_value.setdefault(value, []).append(atom)
        of_atom.setdefault(atom, []).append(value)
    next_atoms, next_values = {*atoms, *of_atom}, set(on_value)
    seen: set[Value] = set()
    while next_atoms or next_values:
        found.atoms |= next_atoms
        seen |= next_values
        rows = _load(conn, found, next_atoms - unknown.atoms, next_values - unknown.values)
        reached = {value for atom in next_atoms for value in of_atom.get(atom, ())}
        met = {atom for value in next_values for atom in on_value.get(value, ())}
        for one in rows:
            reached.add(one.edge.value)
            if one.edge.value not in found.quarantined:
                met.add(one.edge.atom)
        met.update(end for link in found.links.values() for end in (link.one, link.other))
        next_atoms = met - found.atoms
        next_values = reached - seen - found.quarantined
    _close(found)
    return found


def _load(conn: Connection, found: Component, atoms: set[int], values: set[Value]) -> list[Stored]:
    rows = graph.of_atoms(conn, atoms) if atoms else []
    if atoms:
        found.links.update((link.number, link) for link in graph.links(conn, atoms))
    if values:
        rows += graph.of_values(conn, list(values))
    for one in rows:
        name = (one.edge.atom, one.edge.value)
        found.stored[name] = one
        found.edges.setdefault(name, one.edge)
        if one.reason == settle.QUARANTINED:
            found.quarantined.add(one.edge.value)
    return rows


def _close(found: Component) -> None:
    """Leave what belongs to others, and see which identifiers are claimed by too many."""
    anchored = {atom for (atom, _), edge in found.edges.items() if edge.rank == settle.SELF}
    found.atoms &= anchored
    found.edges = {name: edge for name, edge in found.edges.items() if name[0] in found.atoms}
    found.links = {
        number: link
        for number, link in found.links.items()
        if link.one in found.atoms and link.other in found.atoms
    }
    claimants: dict[Value, int] = {}
    for edge in found.edges.values():
        if edge.rank != settle.SELF:
            claimants[edge.value] = claimants.get(edge.value, 0) + 1
    found.quarantined.update(
        value for value, count in claimants.items() if count > settle.MOST_CLAIMANTS
    )


@dataclass(slots=True)
class Change:
    """One edge to write: where it stood before (None: nowhere), whether it owns now, and why not.

    `anchored` is the atom of the identifier that it owns.
    """

    edge: Edge
    before: Stored | None
    reason: str
    anchored: int


def changes(found: Component, settled: Settled) -> list[Change]:
    """What has to be written so that the tables say what was decided."""
    anchor = {edge.value: edge.atom for edge in found.edges.values() if edge.rank == settle.SELF}
    changed = []
    for name, edge in found.edges.items():
        owns = settled.owner.get(edge.value) == edge.atom
        reason = "" if owns else settled.reason[name]
        anchored = anchor.get(edge.value, 0) if owns else 0
        before = found.stored.get(name)
        if (
            before is None
            or before.reason != reason
            or before.anchored != anchored
            or before.edge != edge
        ):
            changed.append(Change(edge, before, reason, anchored))
    return changed


def decisions(
    found: Component, settled: Settled, changed: list[Change], moved: dict[int, int]
) -> list[Decision]:
    """What the log says of these changes; `moved` is {atom: its head before}."""
    said = []
    joining: dict[int, Edge] = {}
    for one in changed:
        atom, value = one.edge.atom, one.edge.value
        granted_before = one.before is not None and one.before.reason not in settle.CONFLICTS
        other = settled.head.get(settled.owner.get(value, 0), 0)
        if one.reason in settle.CONFLICTS:
            if granted_before:
                said.append(Decision("lost", atom, other, value, one.reason))
            elif one.before is None or one.before.reason != one.reason:
                said.append(Decision("refused", atom, other, value, one.reason))
        elif not granted_before and one.edge.rank != settle.SELF:
            joining.setdefault(settled.head[atom], one.edge)
    for atom, before in moved.items():
        head = settled.head[atom]
        if settled.head.get(before, before) != head:
            said.append(Decision("parted", atom, before, None, ""))
        elif edge := joining.get(head):
            rank = settle.RANK_NAMES[edge.rank]
            said.append(Decision("joined", atom, head, edge.value, rank))
    return said
