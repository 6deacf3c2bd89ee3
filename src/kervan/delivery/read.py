"""Reads messages for others: what a link belongs to, the latest mails, how many in which state."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from kervan.content.render import Rendered
from kervan.delivery import compose
from kervan.delivery.states import State
from kervan.kernel import sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_SQL = sql.load(__package__, "read.sql")


class Sent(NamedTuple):
    """A message that was, or may have been, handed over."""

    person: int
    journey: str
    version: int
    step: str
    run: int
    template_version: int
    handed_at: datetime | None
    dynamic_links: list[str]
    topic: str = ""
    brand: str = ""
    channel: str = "email"


@dataclass(frozen=True, slots=True)
class Shown:
    """One message as lists show it; `sealed` opens with the person's key only."""

    id: uuid.UUID
    person: int
    journey: str
    version: int
    step: str
    run: int
    channel: str
    message_class: str
    state: State
    reason: str
    intended_at: datetime
    handed_at: datetime | None
    finished_at: datetime | None
    template_version: int
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Backlog:
    """The messages without a final state."""

    open: int
    claimed: int
    in_doubt: int
    oldest_due_at: datetime | None


def message_for(conn: Connection, message: uuid.UUID) -> Sent | None:
    """What `message` is about; None when it is unknown or was never handed over."""
    row = conn.execute(_SQL.message_for, {"message": message}).fetchone()
    return Sent(*row) if row else None


def brand_of(conn: Connection, message: uuid.UUID) -> str:
    """The brand that speaks in `message`, "" for the only one and for an unknown message."""
    row = conn.execute(_SQL.brand_of, {"message": message}).fetchone()
    return str(row[0]) if row else ""


class Permitted(NamedTuple):
    """What allowed a message, or held it back: `consent_event` is its row in the ledger, or 0."""

    person: int
    channel: str
    message_class: str
    state: State
    reason: str
    journey: str
    step: str
    handed_at: datetime | None
    consent_event: int
    topic: str
    brand: str


def consent_of(conn: Connection, message: uuid.UUID) -> Permitted | None:
    """By which consent `message` went (or did not go); None when it is unknown."""
    row = conn.execute(_SQL.consent_of, {"message": message}).fetchone()
    if row is None:
        return None
    person, channel, message_class, state, *rest = row
    return Permitted(person, channel, message_class, State(state), *rest)


class Call(NamedTuple):
    """One call of a journey's webhook; `id` is its webhook-id, `due_at` its next try."""

    id: uuid.UUID
    journey: str
    step: str
    state: State
    reason: str
    intended_at: datetime
    handed_at: datetime | None
    attempts: int
    due_at: datetime | None


def webhooks(conn: Connection, before: uuid.UUID | None, limit: int) -> list[Call]:
    """The latest calls of journeys' webhooks, going on behind the one with the id `before`."""
    found = []
    for row in conn.execute(_SQL.webhooks, {"before": before, "limit": limit}).fetchall():
        id_, journey, step, state, reason, intended, handed, tries, claimed, due, held = row
        shown = _state(state, claimed)
        why = reason or held
        found.append(Call(id_, journey, step, shown, why, intended, handed, tries, due))
    return found


def latest(
    conn: Connection, limit: int = 50, person: int | None = None, *, sent: bool = False
) -> list[Shown]:
    """The latest messages, of everybody or of one person; with `sent`, only those that went."""
    rows = conn.execute(_SQL.latest, {"limit": limit, "person": person, "sent": sent}).fetchall()
    return [
        Shown(
            id_,
            who,
            journey,
            version,
            step,
            run,
            channel,
            class_,
            _state(state, claimed),
            reason or held,
            intended,
            handed,
            finished,
            template,
            sealed,
        )
        for (
            id_,
            who,
            journey,
            version,
            step,
            run,
            channel,
            class_,
            state,
            reason,
            intended,
            handed,
            finished,
            template,
            sealed,
            claimed,
            held,
        ) in rows
    ]


def _state(stored: int, claimed: bool) -> State:
    return State.SENDING if stored == State.QUEUED and claimed else State(stored)


def rendered(
    conn: Connection, vault: WorkspaceVault, public_url: str, shown: list[Shown]
) -> dict[uuid.UUID, Rendered]:
    """The mails as their readers see them, made anew; those of erased people are left out.

    Raises KervanError content.* for a template that can no longer be rendered.
    """
    people = profiles.contacts(conn, vault, sorted({one.person for one in shown}))
    return {
        one.id: compose.again(
            conn, vault, public_url, people[one.person], one.id, one.sealed, one.template_version
        )
        for one in shown
        if one.person in people and one.sealed
    }


def backlog(conn: Connection) -> Backlog:
    """How much is waiting, on its way and in doubt."""
    row = conn.execute(_SQL.backlog).fetchone()
    assert row is not None
    return Backlog(*row)
