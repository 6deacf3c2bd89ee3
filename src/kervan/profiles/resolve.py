"""Whose event is it? Strong identifiers make profiles; anonymous visits are only attributed.

Each event that names somebody has an anchor, the strongest of its identifiers, and belongs for ever
to the atom of that anchor. What else it names is a claim of the atom. Which atoms are one person
is decided from all claims that hang together (settle.py), so the result is a function of the set
of events. A micro-batch is resolved at once: one look-up for all its identifiers, decisions in
memory, one write for each table; what is known already touches nothing. The caller holds the
workspace's resolve lock, so what is looked up stays true until the commit.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import graph, read, settle, store, traits, write
from kervan.profiles.attribute import Link, attribute
from kervan.profiles.graph import Name, Said
from kervan.profiles.settle import Edge
from kervan.profiles.sighting import Claim, Sighting
from kervan.profiles.widen import Unknown
from kervan.profiles.write import Moved, News, rank_of


@dataclass(slots=True)
class Resolved:
    """For each sighting its atom, head and session (0: nobody), and what changed.

    `person` is the atom history keeps: 0 for an anonymous event, whose session says whose it is.
    `head` is whose profile the event belongs to now, an anonymous one's too. `links` says which
    atom each changed visit belongs to (0: nobody), `moved` which atoms now belong to another head.
    """

    person: npt.NDArray[np.uint32]
    session: npt.NDArray[np.uint64]
    links: list[Link]
    head: npt.NDArray[np.uint32]
    moved: list[Moved]


class _Reading:
    """What a batch says, held against what is known."""

    def __init__(self, conn: Connection, sightings: list[Sighting], numbers: store.Numbers) -> None:
        self._conn = conn
        self._numbers = numbers
        claims = {claim for one in sightings for claim in one.strong}
        self._known = graph.known(conn, list(claims))
        self._atoms: dict[Claim, int] = {
            claim: known.atom for claim, known in self._known.items() if known and known.atom
        }
        self._met: dict[Claim, int] = {}
        self._claims: dict[Name, Claim] = {}
        self.news = News(Unknown())

    def atom(self, one: Sighting) -> int:
        """The atom of a sighting with strong claims; a number is taken when there is none."""
        strong = one.strong
        anchor = strong[0]
        atom = self._atoms.get(anchor)
        if atom is None:
            atom = self._atoms[anchor] = self._numbers.person()
            self.news.unknown.atoms.add(atom)
            if self._is_apart(one):
                self.news.fresh[atom] = one
                self._met.update(dict.fromkeys(strong, atom))
                return atom
        elif (first := self.news.fresh.get(atom)) is not None:
            if len(strong) == 1 and one.at_ms >= first.at_ms:
                return atom  # a new person goes on
        else:
            known = self._known.get(anchor)
            if known and len(strong) == 1 and known.person == atom and one.at_ms >= known.first_ms:
                return atom  # the usual case
        self._say_all(atom, one)
        return atom

    def _is_apart(self, one: Sighting) -> bool:
        """Whether a new atom's claims are unknown to all, and each of another kind."""
        known, met = self._known, self._met
        for claim in one.strong:
            if claim in known or claim in met:
                return False
        return len(one.strong) < 2 or one.strong[1].kind != one.strong[0].kind

    def _say_all(self, atom: int, one: Sighting) -> None:
        for claim in one.strong:
            if (other := self._met.get(claim)) is not None:
                first = self.news.fresh.pop(other, None)
                if first is not None:  # she is not apart from everybody after all
                    self._spell(other, first)
        self._spell(atom, one)

    def _spell(self, atom: int, one: Sighting) -> None:
        for i, claim in enumerate(one.strong):
            self._met.setdefault(claim, atom)
            rank = rank_of(one, i)
            known = self._known.get(claim)
            if (
                known is None
                or known.person != atom
                or known.rank > rank
                or one.at_ms < known.first_ms
                or (rank == settle.VERIFIED and one.at_ms > known.verified_ms)
            ):
                verified_ms = one.at_ms if rank == settle.VERIFIED else 0
                edge = Edge(atom, (claim.kind, claim.hash), rank, one.at_ms, verified_ms)
                self._add(edge, claim, one.source)

    def _add(self, edge: Edge, claim: Claim, source: int) -> None:
        """Take note of an edge; of several that are one, the best of each fact is kept."""
        name = (edge.atom, edge.value)
        old = self.news.edges.get(name)
        if old is None:
            self.news.edges[name] = edge
            self.news.texts[name] = (claim.value, source)
            self._claims[name] = claim
        else:
            _join(old, edge.rank, edge.first_ms, edge.verified_ms)

    def compare(self) -> None:
        """Drop the edges that are stored as they are said; complete the others by what is."""
        news = self.news
        asked: list[Name] = []
        for name, claim in self._claims.items():
            known = self._known.get(claim)
            if known is not None and known.person == name[0]:
                self._complete(name, known.rank, known.first_ms, known.verified_ms)
            elif name[0] not in news.unknown.atoms:
                asked.append(name)
            if claim not in self._known:
                news.unknown.values.add(name[1])
        for name, (rank, first_ms, verified_ms) in graph.claimed(self._conn, asked).items():
            if rank >= settle.UNVERIFIED:
                news.replaced.add(name)
            else:
                self._complete(name, rank, first_ms, verified_ms)

    def verify(self, proofs: list[tuple[Name, int]]) -> None:
        """Take note that people proved identifiers to be theirs: ((person, value), at_ms)."""
        if not proofs:
            return
        for place, stored in graph.holders(self._conn, [name for name, _ in proofs]):
            at_ms, name = proofs[place][1], (stored.atom, stored.value)
            is_new = stored.rank >= settle.UNVERIFIED
            if is_new:
                self.news.replaced.add(name)
            first_ms = at_ms if is_new else min(stored.first_ms, at_ms)
            proved = Edge(*name, min(stored.rank, settle.VERIFIED), first_ms, at_ms)
            proved.verified_ms = max(at_ms, stored.verified_ms)
            old = self.news.edges.get(name)
            if old is not None:
                _join(old, proved.rank, proved.first_ms, proved.verified_ms)
            elif proved != stored:
                self.news.edges[name] = proved

    def _complete(self, name: Name, rank: int, first_ms: int, verified_ms: int) -> None:
        edge = self.news.edges[name]
        _join(edge, rank, first_ms, verified_ms)
        if (edge.rank, edge.first_ms, edge.verified_ms) == (rank, first_ms, verified_ms):
            del self.news.edges[name]


def _join(edge: Edge, rank: int, first_ms: int, verified_ms: int) -> None:
    edge.rank = min(edge.rank, rank)
    edge.first_ms = min(edge.first_ms, first_ms)
    edge.verified_ms = max(edge.verified_ms, verified_ms)


def resolve(
    conn: Connection,
    vault: WorkspaceVault,
    sightings: list[Sighting],
    at_ms: int,
    numbers: store.Numbers,
) -> Resolved:
    """Find or make the atom of each sighting and keep what it says of her.

    `at_ms` is when the new profiles are said to be made, `numbers` gives them theirs. Writes
    profiles, identifiers, claims, traits, sessions and decisions in the caller's transaction; the
    same sightings again change nothing.
    """
    reading = _Reading(conn, sightings, numbers)
    person = np.zeros(len(sightings), np.uint32)
    said: dict[int, traits.Traits] = {}
    proofs: list[tuple[Name, int]] = []
    for i, one in enumerate(sightings):
        if one.person:
            person[i] = one.person
            if one.verifies is not None:
                proofs.append(((one.person, one.verifies), one.at_ms))
            _say(said, one.person, one)
            continue
        if not one.strong:
            continue
        atom = reading.atom(one)
        person[i] = atom
        for claim, reason in one.unverified:
            reading.news.said.append(Said(atom, claim, one.at_ms, one.source, reason))
        _say(said, atom, one)
    reading.compare()
    reading.verify(proofs)
    moved = write.write(conn, vault, reading.news, said, at_ms)
    visits = attribute(conn, sightings, person, [one.atom for one in moved], numbers)
    whose = np.where(person > 0, person, visits.person)
    return Resolved(person, visits.session, visits.links, _heads(conn, whose), moved)


def _say(said: dict[int, traits.Traits], atom: int, one: Sighting) -> None:
    if not one.traits:
        return
    stamped = traits.stamp(one.traits, one.at_ms, one.source)
    before = said.setdefault(atom, stamped)
    if before is not stamped:
        traits.merge(before, stamped)


def _heads(conn: Connection, people: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    atoms, places = np.unique(people, return_inverse=True)
    heads = read.heads(conn, atoms.tolist())
    return np.array([heads.get(atom, 0) for atom in atoms.tolist()], np.uint32)[places]
