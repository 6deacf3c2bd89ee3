"""Whose event is it? Strong identifiers make profiles; anonymous visits are only attributed.

A micro-batch is resolved at once: one look-up for all its identifiers, decisions in memory, one
write for each table. The caller holds the workspace's resolve lock, so what is looked up stays
true until the commit.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers, store, traits
from kervan.profiles.attribute import Link, attribute
from kervan.profiles.sighting import Claim, Sighting


class Moved(NamedTuple):
    """An atom whose profile belongs to another head now; a new atom's `old` head is itself."""

    atom: int
    old: int
    new: int


@dataclass(slots=True)
class Resolved:
    """For each sighting its atom, head and session (0: nobody), and what changed.

    `person` is the atom history keeps: 0 for an anonymous event, whose session says whose it is.
    `head` is whose profile the event belongs to now, an anonymous one's too. `links` says which
    atom each changed visit belongs to, `moved` which atoms now belong to another head.
    """

    person: npt.NDArray[np.uint32]
    session: npt.NDArray[np.uint64]
    links: list[Link]
    head: npt.NDArray[np.uint32]
    moved: list[Moved]


class _People:
    """Owners of the batch's identifiers, as they were and as this batch makes them."""

    def __init__(self, conn: Connection, sightings: list[Sighting], numbers: store.Numbers) -> None:
        claims = {claim for one in sightings for claim in one.strong}
        self.owner: dict[Claim, int] = store.owners(conn, list(claims))
        found = set(self.owner.values())
        self.is_customer = store.customers(conn, found)
        self.is_customer.update(p for c, p in self.owner.items() if c.kind == identifiers.CUSTOMER)
        self.created: list[int] = []
        self.gained: list[store.Gain] = []
        self.claimed: list[store.Gain] = []
        self._numbers = numbers

    def of(self, one: Sighting) -> int:
        """The person of a sighting with strong claims, made when there is none."""
        customer = next((c for c in one.strong if c.kind == identifiers.CUSTOMER), None)
        person = self.owner.get(customer, 0) if customer else 0
        for claim in one.strong:
            if person:
                break
            owner = self.owner.get(claim, 0)
            # A customer id that is new may take over a lead, never another customer.
            if owner and (customer is None or owner not in self.is_customer):
                person = owner
        if not person:
            person = self._numbers.person()
            self.created.append(person)
        if customer:
            self.is_customer.add(person)
        self._keep(person, one)
        return person

    def _keep(self, person: int, one: Sighting) -> None:
        for claim in one.strong:
            owner = self.owner.get(claim)
            if owner is None:
                self.owner[claim] = person
                self.gained.append(store.Gain(person, claim, one.at_ms, one.source, ""))
            elif owner != person:
                self.claimed.append(
                    store.Gain(person, claim, one.at_ms, one.source, "belongs_to_another")
                )
        for claim in one.unverified:
            self.claimed.append(store.Gain(person, claim, one.at_ms, one.source, "not_verified"))


def resolve(
    conn: Connection,
    vault: WorkspaceVault,
    sightings: list[Sighting],
    at_ms: int,
    numbers: store.Numbers,
) -> Resolved:
    """Find or make the person of each sighting and keep what it says of her.

    `at_ms` is when the new profiles are said to be made, `numbers` gives them theirs. Writes
    profiles, identifiers, claims, traits and sessions in the caller's transaction; the same
    sightings again change nothing.
    """
    people = _People(conn, sightings, numbers)
    order = sorted(range(len(sightings)), key=lambda i: sightings[i].at_ms)
    person = np.zeros(len(sightings), np.uint32)
    said: dict[int, traits.Traits] = {}
    for i in order:
        one = sightings[i]
        if one.person:
            person[i] = one.person
        elif one.strong:
            person[i] = people.of(one)
    visits = attribute(conn, sightings, order, person, numbers)
    for i in order:
        if sightings[i].traits and (who := int(person[i])):
            stamped = traits.stamp(sightings[i].traits, sightings[i].at_ms, sightings[i].source)
            traits.merge(said.setdefault(who, {}), stamped)
    keys = store.create_people(conn, vault, people.created, at_ms)
    store.keep_traits(conn, vault, said, keys)
    store.keep_identifiers(conn, vault, people.gained, keys)
    store.keep_claims(conn, vault, people.claimed, keys)
    return Resolved(person, visits.session, visits.links, person, [])
