"""One turn of live membership: whom something touched, or the time has come for, is asked anew.

A turn costs what changed: the history of those people, once, for all segments. It is one
transaction: what touched them is forgotten, and what became of it is written and told, together.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.collect import intake
from kervan.kernel.postgres import Connection
from kervan.segments.columns import NEVER, Bools, Int64, Uint32
from kervan.segments.definitions import store as definitions
from kervan.segments.evaluate.asking import Asking
from kervan.segments.gather import gather
from kervan.segments.live import book as books
from kervan.segments.live import sets as bits
from kervan.segments.live import store
from kervan.segments.live.book import Book, Entry
from kervan.segments.live.sets import Bits, Sets
from kervan.segments.needs import needs

ENTERED, LEFT = "Segment Entered", "Segment Left"
LIMIT_PEOPLE = 5_000
"""Asked in one turn; the others a moment later."""


@dataclass(slots=True)
class Turn:
    """What a turn did: how many people it asked about, how many answers changed."""

    people: int = 0
    changes: int = 0
    more: bool = False


class Live:
    """Keeps the membership of one workspace; only one does (`store.be_the_one`)."""

    def __init__(self, conn: Connection, client: Client) -> None:
        self._conn = conn
        self._client = client
        self.sets = Sets()
        self.book = Book()
        self._live: dict[int, bytes] = {}
        store.load(conn, self.sets)
        self._live = store.live(conn)

    @property
    def told(self) -> set[int]:
        """The segments whose members are all known: changes of others are told nobody."""
        return {
            number
            for number, entry in self.book.entries.items()
            if self._live.get(number) == entry.digest
        }

    def unfilled(self) -> list[Entry]:
        """The segments that have to be filled."""
        told = self.told
        return [one for number, one in self.book.entries.items() if number not in told]

    def reread(self, book: Book) -> None:
        """Ask by this book from now on; the caller commits."""
        gone = [number for number in self._live if number not in book.entries]
        store.forget(self._conn, gone)
        for number in gone:
            del self._live[number]
        self.book = book

    def filled(self, entries: Collection[Entry]) -> None:
        """Everybody has been asked about these; the caller commits."""
        digests = {one.number: one.digest for one in entries}
        store.filled(self._conn, digests)
        self._live |= digests

    def turn(self, now_ms: int) -> Turn:
        """Take what touched people and whose time has come; the caller commits.

        When it cannot, what this object remembers is wrong: make another.
        """
        touched = store.take(self._conn, LIMIT_PEOPLE)
        heads, gone = store.heads(self._conn, touched)
        if len(touched):
            self.sets.make_room(int(max(heads.max(), touched.max())), self._last_segment())
        if len(gone):
            self._leave(gone)
        room = max(LIMIT_PEOPLE - len(heads), 0)
        due = self.sets.due(now_ms, room) if room else np.zeros(0, np.uint32)
        people = np.union1d(heads, due).astype(np.uint32)
        changes = self.ask(people, list(self.book.entries.values()), now_ms)
        return Turn(len(people), changes, more=len(people) >= LIMIT_PEOPLE)

    def ask(self, people: Uint32, entries: Collection[Entry], now_ms: int) -> int:
        """Ask these segments about these people, keep and tell what changed; gives how much."""
        if not len(people) or not entries:
            self._leave(people)
            return 0
        self.sets.make_room(int(people.max()), self._last_segment())
        whole = len(entries) == len(self.book.entries)
        before, flips = self.sets.rows(people), self.sets.flips(people)
        after, next_flip = self._answers(people, entries, now_ms, before, flips, whole=whole)
        changed = (before != after).any(axis=1)
        # An earlier instant than the true one is kept as it is: it costs one more look.
        rows = changed | (next_flip < flips)
        nothing = ~after.any(axis=1) & (next_flip == NEVER)
        kept = np.flatnonzero(rows & ~nothing)
        store.keep(self._conn, people[kept], after[kept], next_flip[kept])
        store.erase(self._conn, people[rows & nothing].tolist())
        self.sets.put(people, after, next_flip)
        return self._tell(people, before, after, now_ms)

    def _answers(
        self, people: Uint32, entries: Collection[Entry], now_ms: int, before: Bits, flips: Int64,
        *, whole: bool,
    ) -> tuple[Bits, Int64]:  # fmt: skip
        """The rows and instants of these people; who is gone is in nothing, for ever."""
        wanted = self.book.needs if whole else needs(one.core for one in entries)
        found, events = gather(self._conn, self._client, people, wanted, now_ms)
        asking = Asking(found, events, np.full(len(found), now_ms, np.int64))
        after = np.zeros_like(before) if whole else before.copy()
        next_flip = np.full(len(people), NEVER, np.int64) if whole else flips.copy()
        place = np.searchsorted(people, found.person)
        for entry in entries:
            answer = asking.answer(entry.core)
            inside: Bools = np.zeros(len(people), np.bool_)
            inside[place] = answer.holds
            bits.set_bit(after, entry.number, inside)
            next_flip[place] = np.minimum(next_flip[place], answer.flip_at_ms)
        return after, next_flip

    def _tell(self, people: Uint32, before: Bits, after: Bits, now_ms: int) -> int:
        events = []
        for number in sorted(self.told):
            entry = self.book.entries[number]
            was, now = bits.bit(before, number), bits.bit(after, number)
            for i in np.flatnonzero(was != now).tolist():
                events.append(_event(entry, int(people[i]), entered=bool(now[i]), at_ms=now_ms))
        intake.append_own(self._conn, events)
        return len(events)

    def _leave(self, people: Uint32) -> None:
        """Take people who are nobody's profile any more out of everything; nobody is told."""
        if not len(people):
            return
        self.sets.make_room(int(people.max()), self._last_segment())
        store.erase(self._conn, people.tolist())
        nothing = np.zeros((len(people), self.sets.width_bytes), np.uint8)
        self.sets.put(people, nothing, np.full(len(people), NEVER, np.int64))

    def _last_segment(self) -> int:
        return max(self.book.entries, default=0)


def _event(entry: Entry, person: int, *, entered: bool, at_ms: int) -> intake.OwnEvent:
    word = "in" if entered else "out"
    return intake.OwnEvent(
        message_id=f"segment-{entry.number}-{person}-{at_ms}-{word}",
        event=ENTERED if entered else LEFT,
        timestamp_ms=at_ms,
        person=person,
        properties={"segment": entry.key},
    )


def read_book(conn: Connection, known: Book) -> Book | None:
    """The book of now, None when it is the one that is known."""
    return None if definitions.edition(conn) == known.edition else books.read(conn)
