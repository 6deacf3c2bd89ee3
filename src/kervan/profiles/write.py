"""Writes what a batch says of who is who: new atoms and claims, and what they change for others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import graph, pack, read, settle, store, traits
from kervan.profiles.graph import Decision, Name, Said, Sealed
from kervan.profiles.settle import Edge
from kervan.profiles.sighting import Sighting
from kervan.profiles.widen import Change, Unknown, changes, decisions, widen

_AT_ONCE = 400


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


def _fresh_rows(vault: WorkspaceVault, news: News, keys: store.Keys) -> Iterator[bytes]:
    """The claims of those who share nothing with anybody: they own what they name."""
    fresh = list(news.fresh.items())
    for begin in range(0, len(fresh), _AT_ONCE):
        some = fresh[begin : begin + _AT_ONCE]
        whose = [keys[atom] for atom, one in some for _ in one.strong]
        texts = [claim.value.encode() for _, one in some for claim in one.strong]
        sealed = iter(vault.seal_many(whose, texts, b"identifier"))
        for atom, one in some:
            at_ms, source = one.at_ms, one.source
            for i, claim in enumerate(one.strong):
                rank = rank_of(one, i)
                verified_ms = at_ms if rank == settle.VERIFIED else 0
                yield pack.identifier(
                    atom,
                    claim.kind,
                    claim.hash,
                    next(sealed),
                    at_ms,
                    verified_ms,
                    source,
                    rank,
                    0 if i else atom,
                )


def _changed_rows(
    vault: WorkspaceVault,
    news: News,
    keys: store.Keys,
    changed: list[Change],
    taken: dict[Name, Sealed],
) -> tuple[list[bytes], list[bytes]]:
    """Rows of identifiers and of claims as they are now; those `taken` were sealed before."""
    names = [(one.edge.atom, one.edge.value) for one in changed]
    new = [name for name in names if name not in taken]
    texts = [news.texts[name] for name in new]
    sealed = vault.seal_many(
        [keys[atom] for atom, _ in new], [text.encode() for text, _ in texts], b"identifier"
    )
    kept = taken | {
        name: Sealed(opaque, source)
        for name, opaque, (_, source) in zip(new, sealed, texts, strict=True)
    }
    owning, claiming = [], []
    for name, one in zip(names, changed, strict=True):
        edge, (kind, hash_) = one.edge, name[1]
        opaque, source = kept[name]
        facts = (edge.atom, kind, hash_, opaque, edge.first_ms, edge.verified_ms, source, edge.rank)
        if one.reason:
            claiming.append(pack.claim(*facts, one.reason))
        else:
            owning.append(pack.identifier(*facts, one.anchored))
    return owning, claiming


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
    _store(conn, vault, decided, news, keys)
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
    _store(conn, vault, decided, news, keys)
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


def _store(
    conn: Connection, vault: WorkspaceVault, decided: Decided, news: News, keys: store.Keys
) -> None:
    changed = decided.changed
    taken = _take(conn, changed, news)
    store.load_keys(conn, {one.edge.atom for one in changed}, keys)
    owning, claiming = _changed_rows(vault, news, keys, changed, taken)
    if news.fresh or owning:
        store.put_identifiers(conn, chain(_fresh_rows(vault, news, keys), owning))
    if claiming:
        graph.put_claims(conn, claiming)
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


def _take(conn: Connection, changed: list[Change], news: News) -> dict[Name, Sealed]:
    """Take the rows that change out of their tables; they are added anew."""
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
    return graph.take(conn, owned, others)
