"""One turn for an audience: says what is due, asks what became of it, finds what is next.

It commits nothing. `prepare` gives what may go out only after the caller's commit, `say` talks to
the platform without a connection, and `settle` writes down what came of it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from kervan.delivery.audiences import book
from kervan.delivery.audiences.book import ADD, PENDING, REMOVE, TRIED, Batch
from kervan.delivery.audiences.store import ACTIVE, STOPPED, Audience
from kervan.delivery.channels.ads.platform import Fact, Platform, Prints, Reply
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.http import Client, Reach
from kervan.kernel.postgres import Connection
from kervan.segments.columns import Uint32

LONGEST_PENDING = timedelta(hours=6)
"""What a platform has not worked off by then: who was put on counts as there, so that she can be
taken off, and who was taken off counts as there still, so that it is said again."""
REFUSED_FOR = timedelta(days=7)
_FIRST_SECONDS, _LONGEST_SECONDS, _BLOCKED_SECONDS = 15, 3_600, 3_600
_MOST_BATCHES = 100
_CHECK_PEOPLE = 1_000
CHECK_EVERY = timedelta(days=1)
_SOON = timedelta(seconds=1)
_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Call:
    """One call to be made: people and their rows, or a batch to be asked of."""

    batch: Batch
    people: list[int] = field(default_factory=list)
    prints: list[Prints] = field(default_factory=list, repr=False)


def prepare(
    conn: Connection, vault: WorkspaceVault, audience: Audience, at: datetime, *, may_add: bool
) -> Call | None:
    """The next call, None without one. The caller commits before it is made.

    Without `may_add`, or while it is stopped, nobody is put on: what was made waits.
    """
    may_add = may_add and audience.kept_state != STOPPED
    for batch in book.batches(conn, audience, at):
        if batch.state == PENDING:
            return Call(batch)
        if batch.side == ADD and not may_add:
            continue
        people, prints = book.load(conn, vault, audience, batch, at)
        book.set_state(conn, audience, batch, TRIED, at)
        return Call(batch._replace(state=TRIED), people, prints)
    return None


async def say(platform: Platform, audience: Audience, call: Call) -> Reply:
    """Make a call. Never raises for what the other side does."""
    if call.batch.state == PENDING:
        return await platform.ask(call.batch.reference)
    if not call.people:
        return Reply(Fact.TAKEN)
    act = platform.add if call.batch.side == ADD else platform.remove
    return await act(
        audience.target, call.prints, audience.number * 1_000_000 + call.batch.sequence
    )


async def open_client(reach: Reach) -> Client:
    """A client of the running loop, for calls of this reach."""
    return Client(reach, timeout_seconds=_TIMEOUT_SECONDS)


def settle(conn: Connection, audience: Audience, call: Call, reply: Reply, at: datetime) -> bool:
    """Write down what came of a call; whether it went well."""
    batch, fact = call.batch, reply.fact
    book.refuse(
        conn, audience, batch, [call.people[place] for place in reply.refused if call.people], at
    )
    late = fact is Fact.PENDING and at - batch.at > LONGEST_PENDING
    if late and batch.side == REMOVE:
        book.say_again(conn, audience, batch, at)
        return True
    if fact is Fact.TAKEN or late:
        book.done(conn, audience, batch, at)
        bad = max(len(reply.refused), reply.invalid)
        book.went_well(conn, audience, at, reply.code if bad else "", bad)
        return True
    if fact is Fact.PENDING:
        wait = at + timedelta(seconds=max(reply.wait_seconds, 1.0))
        book.set_state(conn, audience, batch, PENDING, wait, reply.reference)
        book.went_well(conn, audience, at)
        return True
    if fact is Fact.AGAIN and reply.refused:  # the others at once, without these
        book.set_state(conn, audience, batch, TRIED, at)
        return True
    wait_seconds = max(reply.wait_seconds, _FIRST_SECONDS << min(audience.attempts, 12))
    if fact in (Fact.BLOCKED, Fact.REFUSED):
        wait_seconds = max(wait_seconds, _BLOCKED_SECONDS)
    next_at = at + timedelta(seconds=min(wait_seconds, max(reply.wait_seconds, _LONGEST_SECONDS)))
    if batch.state == PENDING and fact is Fact.AGAIN:  # it failed there: to be said again
        book.set_state(conn, audience, batch, TRIED, next_at)
    book.went_wrong(conn, audience, reply.code, at, next_at)
    return False


def make(
    conn: Connection, vault: WorkspaceVault, audience: Audience, platform: Platform,
    listed: Uint32, after: int, at: datetime, *, may_add: bool,
) -> tuple[bool, int]:  # fmt: skip
    """Find the next batch: (whether there is one, after whom to look on; 0: all were looked at).

    Who has to go goes first. People are put on only when nobody has to go.
    """
    leaving, unsaid, count = book.under_way(conn, audience)
    if leaving or count >= _MOST_BATCHES:
        return False, after
    most = platform.most_people
    if after == 0:
        book.mark_leaving(conn, audience, listed, most, at)
    if book.make_removal(conn, audience, most, at):
        return True, 0
    if unsaid or audience.kept_state != ACTIVE or not audience.is_asked or not may_add:
        return False, after if unsaid else 0
    people = book.entered(conn, audience, listed, after, most, at)
    found = book.wanted(conn, vault, platform, people, audience.brand, at)
    made = book.make_addition(conn, vault, audience, found, at)
    return made, people[-1] if len(people) == most else 0


def make_leaving(conn: Connection, audience: Audience, platform: Platform, at: datetime) -> bool:
    """Put those on a batch who were marked to go by somebody else: whether there are any."""
    leaving, _, _ = book.under_way(conn, audience)
    return not leaving and book.make_removal(conn, audience, platform.most_people, at)


def tend(
    conn: Connection, vault: WorkspaceVault, audience: Audience, platform: Platform, at: datetime
) -> bool:
    """Notice whose addresses changed, a part of the people at a time, all of them once a day."""
    began = audience.checked_at
    if audience.checked_person == 0 and began is not None and at - began < CHECK_EVERY:
        return False
    looked = book.check(conn, vault, audience, platform, _CHECK_PEOPLE, at)
    book.forget(conn, audience, at - REFUSED_FOR)
    return looked > 0


def nobody() -> Uint32:
    """No member listed."""
    return np.zeros(0, np.uint32)


def soon(at: datetime) -> datetime:
    """What became due within this second is due."""
    return at + _SOON


def wait(conn: Connection, audience: Audience, problem: str, at: datetime) -> None:
    """Nothing can be said to this audience for a while: what it lacks a person has to bring."""
    next_at = at + timedelta(seconds=min(_FIRST_SECONDS << min(audience.attempts, 12), 300))
    book.went_wrong(conn, audience, problem, at, next_at)
