"""Writes what a batch says of who is who: new atoms and claims, and what they change for others."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import graph, pack, read, settle, store, traits
from kervan.profiles.graph import Decision, Name, Said, Sealed
from kervan.profiles.settle import Edge
from kervan.profiles.sighting import Sighting
from kervan.profiles.widen import Change, Unknown, changes, decisions, widen


class Moved(NamedTuple):
    """An atom whose profile belongs to another head now; a new atom's `old` head is itself."""

    atom: int
    old: int
    new: int


@dataclass(slots=True)
class News:
    """What a batch says that is not known yet.

    `fresh` are new atoms that share nothing with anybody, each as it was sighted. `edges` are the
    other new or changed claims, whole; `texts` their values in the clear and sources; `said` what
    joins nobody; `replaced` are edges a browser's word was stored for until now.
    """

    unknown: Unknown
    fresh: dict[int, Sighting] = field(default_factory=dict)
    edges: dict[Name, Edge] = field(default_factory=dict)
    texts: dict[Name, tuple[str, int]] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    replaced: set[Name] = field(default_factory=set)


def rank_of(one: Sighting, place: int) -> int:
    """The rank of the claim at this place of a sighting; at the first is its anchor."""
    if not place:
        return settle.SELF
    kind = one.strong[place].kind
    if kind == one.strong[0].kind:
        return settle.SAME
    return settle.VERIFIED if kind in one.verified else settle.TRUSTED


class _Rows:
    """Packed rows for the two tables of claims, and how to seal what they hold."""

    def __init__(self, vault: WorkspaceVault, news: News, keys: store.Keys) -> None:
        self._vault = vault
        self._news = news
        self._keys = keys
        self.owning: list[bytes] = []
        self.claiming: list[bytes] = []

    def add_fresh(self) -> None:
        """The claims of those who share nothing with anybody: they own what they name."""
        seal, owning = self._vault.seal, self.owning
        for atom, one in self._news.fresh.items():
            key, at_ms, source = self._keys[atom], one.at_ms, one.source
            for i, claim in enumerate(one.strong):
                rank = rank_of(one, i)
                sealed = seal(key, claim.value.encode(), b"identifier")
                verified_ms = at_ms if rank == settle.VERIFIED else 0
                row = pack.ClaimRow(
                    atom, claim.kind, claim.hash, sealed, at_ms, verified_ms, source, rank
                )
                owning.append(pack.identifier(row, 0 if i else atom))

    def add(self, edge: Edge, reason: str, anchored: int, kept: Sealed | None) -> None:
        if kept is None:
            text, source = self._news.texts[edge.atom, edge.value]
            sealed = self._vault.seal(self._keys[edge.atom], text.encode(), b"identifier")
            kept = Sealed(sealed, source)
        row = graph.row(edge, kept)
        if reason:
            self.claiming.append(pack.claim(row, reason))
        else:
            self.owning.append(pack.identifier(row, anchored))


def write(
    conn: Connection, vault: WorkspaceVault, news: News, said: dict[int, traits.Traits], at_ms: int
) -> list[Moved]:
    """Store the news of a batch and the traits `said` of each atom; gives the moved atoms.

    A head that did not move is not written, nor is a claim that stays what it was.
    """
    decided = Decided()
    if news.edges:
        decided = _decide(conn, news.edges, (), news.unknown)
    people = _new_people(news, said, decided.heads)
    keys = store.insert_people(conn, vault, people, at_ms)
    rows = _Rows(vault, news, keys)
    rows.add_fresh()
    _store(conn, decided, news, rows, keys)
    known = {atom: one for atom, one in said.items() if atom not in news.unknown.atoms}
    store.keep_traits(conn, vault, known, keys)
    refused = graph.keep_said(conn, vault, news.said, keys)
    graph.note(conn, decided.noted + refused, at_ms)
    return decided.moved


def rewrite(
    conn: Connection, vault: WorkspaceVault, atoms: Iterable[int], at_ms: int
) -> list[Moved]:
    """Decide anew about these atoms and all that is connected with them; gives those that moved."""
    news = News(Unknown())
    keys: store.Keys = {}
    decided = _decide(conn, {}, atoms, news.unknown)
    _store(conn, decided, news, _Rows(vault, news, keys), keys)
    graph.note(conn, decided.noted, at_ms)
    return decided.moved


@dataclass(slots=True)
class Decided:
    """What was decided about a component: heads, edges to write, atoms that moved, log entries."""

    heads: dict[int, int] = field(default_factory=dict)
    changed: list[Change] = field(default_factory=list)
    moved: list[Moved] = field(default_factory=list)
    noted: list[Decision] = field(default_factory=list)


def _decide(
    conn: Connection, new: dict[Name, Edge], atoms: Iterable[int], unknown: Unknown
) -> Decided:
    found = widen(conn, new, atoms, unknown)
    settled = settle.settle(
        list(found.edges.values()), list(found.links.values()), found.quarantined
    )
    changed = changes(found, settled)
    moved = _moved(conn, settled.head, unknown.atoms)
    noted = decisions(found, settled, changed, {one.atom: one.old for one in moved})
    return Decided(settled.head, changed, moved, noted)


def _store(conn: Connection, decided: Decided, news: News, rows: _Rows, keys: store.Keys) -> None:
    _replace(conn, decided.changed, news, rows, keys)
    graph.put(conn, rows.owning, rows.claiming)
    new = news.unknown.atoms
    graph.move(conn, {one.atom: one.new for one in decided.moved if one.atom not in new})


def _moved(conn: Connection, heads: dict[int, int], new: set[int]) -> list[Moved]:
    before = read.heads(conn, heads.keys() - new)
    return [
        Moved(atom, before.get(atom, atom), head)
        for atom, head in heads.items()
        if before.get(atom, atom) != head
    ]


def _new_people(
    news: News, said: dict[int, traits.Traits], heads: dict[int, int]
) -> list[store.NewPerson]:
    return [
        store.NewPerson(atom, heads.get(atom, atom), said.get(atom, {}))
        for atom in sorted(news.unknown.atoms)
    ]


def _replace(
    conn: Connection, changed: list[Change], news: News, rows: _Rows, keys: store.Keys
) -> None:
    """Take the rows that change out of their tables and add what they are now."""
    owned, others = [], []
    for one in changed:
        name = (one.edge.atom, one.edge.value)
        if one.before is None:
            if name in news.replaced:
                others.append(name)
        elif one.before.reason:
            others.append(name)
        else:
            owned.append(name)
    taken = graph.take(conn, owned, others)
    store.load_keys(conn, {one.edge.atom for one in changed}, keys)
    for one in changed:
        kept = taken.get((one.edge.atom, one.edge.value))
        rows.add(one.edge, one.reason, one.anchored, kept)
