"""Feeds events of the reference to the real resolver and reads its answers in the same terms."""

from collections.abc import Iterable, Sequence

from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers, merge, store
from kervan.profiles.attribute import Link
from kervan.profiles.resolve import Resolved, resolve
from kervan.profiles.sighting import Claim, Reader, Sighting
from tests.reference import identity
from tests.reference.identity import Event, Id

VAULT = Vault(b"k" * 32).workspace("w")
ERP = 100
KINDS = {
    "customer": identifiers.CUSTOMER,
    "erp": ERP,
    "card": identifiers.CARD,
    "email": identifiers.EMAIL,
    "phone": identifiers.PHONE,
}
_FLAGS = {"email": "email_verified", "phone": "phone_verified"}
CONFLICTS = {"belongs_to_another", "too_many", "too_large", "quarantined"}
_SOURCE = 1
_MADE_MS = 1_790_000_000_000


class World:
    """A workspace in which events arrive, and what history would know of whose they are."""

    def __init__(self, conn: Connection) -> None:
        self.conn = conn
        self.reader = Reader(VAULT, "TR", {"erp": ERP})
        self._numbers = store.Numbers(conn)
        self.ties: dict[Id, tuple[int, bytes]] = {}
        self._ids: dict[tuple[int, bytes], Id] = {}
        self.place: dict[Event, tuple[int, int]] = {}
        self.session_atom: dict[int, int] = {}
        self.atom_head: dict[int, int] = {}

    def sighting(self, event: Event) -> Sighting:
        """What the reader makes of an event; remembers its identifiers."""
        aliases = [value for kind, value in event.unsure if kind == "customer"]
        aliases += [event.same[1]] if event.same else []
        said = dict(one for one in (*event.unsure, *event.ids) if one[1] not in aliases)
        customer, erp = said.pop("customer", None), said.pop("erp", None)
        traits: dict[str, object] = dict(said)
        traits.update({_FLAGS[kind]: True for kind, _ in event.verified})
        trusted = not event.unsure
        one = self.reader.read(
            at_ms=event.at_ms, source=_SOURCE, trusted=trusted, shared=False, user_id=customer,
            anonymous_id=event.device or None, traits=traits, person=0,
            same_id=aliases[0] if aliases else None,
            other_ids=[("erp", erp)] if erp else [],
        )  # fmt: skip
        named = [*event.ids, *event.unsure, *([event.same] if event.same else [])]
        for kind, value in named:
            claim = self.reader.claim(KINDS[kind], value)
            assert claim is not None, (kind, value)
            self._remember((kind, value), claim)
        mine = identity.anchor(event)
        if mine is not None and mine[0] == "lead":
            self._remember(mine, one.strong[0])
        return one

    def _remember(self, one: Id, claim: Claim) -> None:
        self.ties[one] = (claim.kind, claim.hash)
        self._ids[claim.kind, claim.hash] = one

    def arrive(self, events: Sequence[Event]) -> Resolved:
        """One batch."""
        done = self.take([self.sighting(one) for one in events])
        for one, person, session in zip(
            events, done.person.tolist(), done.session.tolist(), strict=True
        ):
            self.place[one] = (person, session)
        return done

    def take(self, sightings: list[Sighting]) -> Resolved:
        """One batch, read already."""
        done = resolve(self.conn, VAULT, sightings, _MADE_MS, self._numbers)
        self.tell(done.moved, done.links)
        return done

    def tell(self, moved: Iterable[tuple[int, int, int]], sessions: Iterable[Link]) -> None:
        """What history is told."""
        for atom, old, new in moved:
            assert self.atom_head.get(atom, atom) == old
            self.atom_head[atom] = new
        self.session_atom.update((one.session, one.person) for one in sessions)

    def merge(self, one: Id, other: Id, at_ms: int) -> int:
        """An operator joins two anchors; gives the number of the merge."""
        done = merge.merge(self.conn, VAULT, self.atom(one), self.atom(other), "ayşe", at_ms)
        self.tell(done.moved, done.sessions)
        return done.link

    def unmerge(self, link: int, at_ms: int) -> None:
        """An operator takes a merge back."""
        done = merge.unmerge(self.conn, VAULT, link, "ayşe", at_ms)
        self.tell(done.moved, done.sessions)

    def atom(self, one: Id) -> int:
        """The atom anchored at an identifier."""
        row = self.conn.execute(
            "select atom from identifier where kind = %s and hash = %s",
            (self.ties[one][0], self.ties[one][1].hex()),
        ).fetchone()
        assert row is not None and row[0], one
        return int(row[0])

    def anchors(self) -> dict[int, Id]:
        """{atom: its anchor}."""
        rows = self.conn.execute(
            "select atom, kind, uuid_send(hash) from identifier where atom <> 0"
        ).fetchall()
        return {atom: self._ids[kind, bytes(hash_)] for atom, kind, hash_ in rows}

    def answer(self, events: Sequence[Event]) -> identity.Answer:
        """What the tables say, and that history was told the same."""
        heads = {
            person: merged or person
            for person, merged in self.conn.execute("select person, merged_into from profile")
        }
        anchors = self.anchors()
        assert {atom: head for atom, head in heads.items() if head != atom} == {
            atom: head for atom, head in self.atom_head.items() if head != atom
        }
        sessions = dict(self.conn.execute("select number, person from session").fetchall())
        assert {n: p for n, p in sessions.items() if p} == {
            n: p for n, p in self.session_atom.items() if p
        }
        whose = []
        for one in events:
            person, session = self.place[one]
            atom = person or sessions.get(session, 0)
            whose.append(anchors[heads[atom]] if atom else None)
        owners = self.conn.execute("select kind, uuid_send(hash), person from identifier")
        people = {
            self._ids[kind, bytes(hash_)]: anchors[heads[person]]
            for kind, hash_, person in owners.fetchall()
        }
        return identity.Answer(whose, people, self._conflicts(anchors))

    def _conflicts(self, anchors: dict[int, Id]) -> set[tuple[Id, Id, str]]:
        rows = self.conn.execute("select person, kind, uuid_send(hash), reason from claim")
        return {
            (anchors[person], self._ids[kind, bytes(hash_)], reason)
            for person, kind, hash_, reason in rows.fetchall()
            if reason in CONFLICTS
        }
