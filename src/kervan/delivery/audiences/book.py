"""The book of what a platform holds: who is to come onto an audience and off it, batch by batch.

Each change is on a batch before it is said, and a batch is `tried` before it may go out; so after
a kill the same is said again, nobody is forgotten who may be there, and nobody who never agreed is
named. What was sent is kept sealed, so that the very same is taken off.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from kervan.consent.channels import country_of
from kervan.delivery.audiences.store import ENDING, Audience
from kervan.delivery.channels.ads.platform import Platform, Prints, Someone
from kervan.kernel import ids, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.profiles.read import Person
from kervan.segments.columns import Uint32

_SQL = sql.load(__package__, "audiences.sql")
PLACE = b"audience_member.sealed"
ADD, REMOVE = "add", "remove"
MADE, TRIED, PENDING = "made", "tried", "pending"
_AGAIN_PEOPLE = 5_000
"""In one batch said again: what every platform takes."""
_decode = msgspec.json.Decoder(Prints).decode


class Batch(NamedTuple):
    """A batch under way; `side` is add or remove, `reference` the platform's name for it."""

    sequence: int
    side: str
    state: str
    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """Somebody an audience wants: the address she agreed with, and her hashed rows."""

    person: int
    contact: bytes
    prints: Prints

    @property
    def print(self) -> UUID:
        """Another one when anything that is sent of her is."""
        return UUID(bytes=ids.hash16(msgspec.json.encode(self.prints)))


def someone(person: Person) -> Someone:
    """A person as platforms match her."""

    def said(*names: str) -> str:
        return next((str(person.traits[one]) for one in names if person.traits.get(one)), "")

    country = said("country").upper() or country_of("phone", person.phone)
    return Someone(
        person.email, person.phone, person.first_name, said("last_name", "lastName", "surname"),
        said("postal_code", "postalCode"), country if len(country) == 2 else "",
    )  # fmt: skip


def wanted(
    conn: Connection, vault: WorkspaceVault, platform: Platform, people: list[int],
    brand: str, at: datetime,
) -> list[Wanted]:  # fmt: skip
    """Those of `people` who may be matched at `at`, by the address they have now.

    Two or three queries, however many people there are.
    """
    found = profiles.contacts(conn, vault, people)
    some = {number: one for number, one in found.items() if one.email_hash}
    agreed = _allowed(conn, {number: one.email_hash for number, one in some.items()}, brand, at)
    rows = []
    for number in sorted(agreed):
        prints = platform.prints(someone(some[number]))
        if prints:
            rows.append(Wanted(number, some[number].email_hash, prints))
    return rows


def _allowed(conn: Connection, contacts: dict[int, bytes], brand: str, at: datetime) -> set[int]:
    if not contacts:
        return set()
    asked = {
        "people": postgres.array(contacts),
        "contacts": postgres.uuids(UUID(bytes=one) for one in contacts.values()),
        "brand": brand,
        "at": at,
    }
    return {int(person) for (person,) in conn.execute(_SQL.allowed, asked).fetchall()}


def entered(
    conn: Connection, audience: Audience, listed: Uint32, after: int, limit: int, at: datetime
) -> list[int]:
    """Who may be put on, by number, those after `after`; `listed` as in segments/sync."""
    asked = {
        "audience": audience.number, "segment": audience.segment, "brand": audience.brand,
        "listed": postgres.array(listed.tolist()), "after": after, "limit": limit, "at": at,
    }  # fmt: skip
    return [row[0] for row in conn.execute(_SQL.entered, asked).fetchall()]


def mark_leaving(
    conn: Connection, audience: Audience, listed: Uint32, limit: int, at: datetime
) -> int:
    """Mark who has to go, at most `limit`; gives how many. Everybody, where the audience ends."""
    if audience.kept_state == ENDING:
        return conn.execute(_SQL.leave_all, {"audience": audience.number}).rowcount
    asked = {
        "audience": audience.number, "segment": audience.segment, "brand": audience.brand,
        "listed": postgres.array(listed.tolist()), "asked": audience.is_asked, "limit": limit,
        "at": at,
    }  # fmt: skip
    people = [row[0] for row in conn.execute(_SQL.left_it, asked).fetchall()]
    leave(conn, audience, people)
    return len(people)


def leave(conn: Connection, audience: Audience, people: list[int]) -> None:
    """Mark these to be taken off."""
    if people:
        values = {"audience": audience.number, "people": postgres.array(people)}
        conn.execute(_SQL.leave, values)


def make_removal(conn: Connection, audience: Audience, limit: int, at: datetime) -> bool:
    """Put those who have to go on a batch; whether there are any."""
    asked = {"audience": audience.number, "limit": limit}
    people = [row[0] for row in conn.execute(_SQL.leaving, asked).fetchall()]
    if not people:
        return False
    sequence = _new_batch(conn, audience, REMOVE, at)
    values = {"audience": audience.number, "sequence": sequence, "people": postgres.array(people)}
    conn.execute(_SQL.take_off, values)
    return True


def make_addition(
    conn: Connection, vault: WorkspaceVault, audience: Audience, people: list[Wanted], at: datetime
) -> bool:
    """Put these people on a batch; whether there are any."""
    keys = profiles.keys(conn, [one.person for one in people])
    people = [one for one in people if one.person in keys]
    if not people:
        return False
    sequence = _new_batch(conn, audience, ADD, at)
    texts = [msgspec.json.encode(one.prints) for one in people]
    conn.execute(
        _SQL.put_on,
        {
            "audience": audience.number,
            "sequence": sequence,
            "people": [one.person for one in people],
            "contacts": [UUID(bytes=one.contact) for one in people],
            "prints": [one.print for one in people],
            "sealed": vault.seal_many([keys[one.person] for one in people], texts, PLACE),
        },
    )
    return True


def _new_batch(conn: Connection, audience: Audience, side: str, at: datetime) -> int:
    row = conn.execute(_SQL.number_batch, {"audience": audience.number}).fetchone()
    assert row is not None
    values = {"audience": audience.number, "sequence": row[0], "side": side, "at": at}
    conn.execute(_SQL.make_batch, values)
    return int(row[0])


def batches(conn: Connection, audience: Audience, at: datetime) -> list[Batch]:
    """The batches to be looked after now: first what is to be said, removals before all."""
    asked = {"audience": audience.number, "at": at}
    return [Batch(*row) for row in conn.execute(_SQL.batches, asked).fetchall()]


def under_way(conn: Connection, audience: Audience) -> tuple[bool, bool, int]:
    """(Whether a removal waits to be taken in, whether anything does, how many batches)."""
    row = conn.execute(_SQL.unsaid, {"audience": audience.number}).fetchone()
    assert row is not None
    return row[0], row[1], row[2]


def load(
    conn: Connection, vault: WorkspaceVault, audience: Audience, batch: Batch, at: datetime
) -> tuple[list[int], list[Prints]]:
    """(people, their rows) of a batch as it may be said now; who agreed no more goes off it.

    Of those the ones that were never tried are forgotten, the others are to be taken off.
    """
    here = {"audience": audience.number, "sequence": batch.sequence}
    rows = conn.execute(_SQL.on_batch, here).fetchall()
    if batch.side == ADD:
        contacts = {person: contact.bytes for person, contact, *_ in rows}
        may = _allowed(conn, contacts, audience.brand, at)
        may = may if audience.kept_state != ENDING else set()
        out = [person for person in contacts if person not in may]
        if out:
            statement = _SQL.never_said if batch.state == MADE else _SQL.may_be_said
            conn.execute(statement, {**here, "people": postgres.array(out)})
        rows = [row for row in rows if row[0] in may]
    people, prints = [], []
    for person, _, sealed, own, key in rows:
        if own or key:
            people.append(person)
            prints.append(_decode(vault.open(own or key, sealed, PLACE)))
    return people, prints


def set_state(
    conn: Connection, audience: Audience, batch: Batch, state: str, next_at: datetime,
    reference: str = "",
) -> None:  # fmt: skip
    """A batch is being said, or waits for the platform's word."""
    values = {
        "audience": audience.number, "sequence": batch.sequence, "state": state,
        "next_at": next_at, "reference": reference[:500],
    }  # fmt: skip
    conn.execute(_SQL.batch_state, values)


def say_again(conn: Connection, audience: Audience, batch: Batch, at: datetime) -> None:
    """A batch that nobody confirmed is said once more, as if it were new."""
    values = {"audience": audience.number, "sequence": batch.sequence, "at": at}
    conn.execute(_SQL.batch_again, values)


def refuse(
    conn: Connection, audience: Audience, batch: Batch, people: list[int], at: datetime
) -> None:
    """The platform does not take these: they are not on it, and not tried again for a week."""
    if not people:
        return
    here = {"audience": audience.number, "sequence": batch.sequence}
    values = {**here, "people": postgres.array(people), "at": at}
    if batch.side == ADD:
        conn.execute(_SQL.refuse, values)
    conn.execute(_SQL.refused_off, values)


def done(conn: Connection, audience: Audience, batch: Batch, at: datetime) -> None:
    """The platform has the batch: who was put on is held, who was taken off is forgotten."""
    here = {"audience": audience.number, "sequence": batch.sequence}
    if batch.side == ADD:
        conn.execute(_SQL.held, here)
    else:
        people = [row[0] for row in conn.execute(_SQL.off, here).fetchall()]
        values = {"key": audience.key, "people": postgres.array(people), "at": at}
        conn.execute(_SQL.said_goodbye, values)
    conn.execute(_SQL.end_batch, here)


def went_well(
    conn: Connection, audience: Audience, at: datetime, problem: str = "", refused: int = 0
) -> None:
    """A call was taken; `problem` may still name what the platform said of some."""
    values = {"audience": audience.number, "at": at, "problem": problem, "refused": refused}
    conn.execute(_SQL.went_well, values)


def went_wrong(
    conn: Connection, audience: Audience, problem: str, at: datetime, next_at: datetime
) -> None:
    """Nothing is said to this audience before `next_at`."""
    values = {
        "audience": audience.number, "problem": problem[:80], "at": at, "next_at": next_at,
    }  # fmt: skip
    conn.execute(_SQL.went_wrong, values)


def check(
    conn: Connection, vault: WorkspaceVault, audience: Audience, platform: Platform,
    limit: int, at: datetime,
) -> int:  # fmt: skip
    """Of the next `limit` people held, mark those of whom another print would be sent today.

    They come on again as they are now. Gives how many were looked at; none ends the round.
    """
    after = audience.checked_person
    asked = {"audience": audience.number, "after": after, "limit": limit}
    kept: dict[int, UUID] = dict(conn.execute(_SQL.to_check, asked).fetchall())
    now = {
        one.person: one.print
        for one in wanted(conn, vault, platform, list(kept), audience.brand, at)
    }
    leave(conn, audience, [one for one, seal in kept.items() if now.get(one) != seal])
    values = {
        "audience": audience.number, "person": max(kept, default=0),
        "began": at if after == 0 else None,
    }  # fmt: skip
    conn.execute(_SQL.checked, values)
    return len(kept)


def forget(conn: Connection, audience: Audience, before: datetime) -> None:
    """Let those be tried again who were refused before an instant; end what has ended."""
    conn.execute(_SQL.forget_refused, {"before": before})
    if audience.kept_state == ENDING:
        conn.execute(_SQL.gone, {"audience": audience.number})


def reconcile(conn: Connection, audience: Audience, at: datetime) -> int:
    """Say everybody again whom the book has there: an operator's word that somebody is missing.

    For an audience that was emptied or changed on the platform's side. The book forgets nobody
    meanwhile: they are on batches that may have gone out. Gives how many people.
    """
    total = 0
    while True:
        sequence = _new_batch(conn, audience, ADD, at)
        here = {"audience": audience.number, "sequence": sequence}
        count = conn.execute(_SQL.say_again, {**here, "limit": _AGAIN_PEOPLE}).rowcount
        if not count:
            conn.execute(_SQL.end_batch, here)
            conn.execute(_SQL.look_again, {"audience": audience.number, "at": at})
            return total
        set_state(conn, audience, Batch(sequence, ADD, MADE, "", at), TRIED, at)
        total += count
