"""Puts all that happened with one person in one order: what she did, and what was done about her.

Events come from the history; decisions about who she is, notes of staff, and words about consent
that no event told, come from their own tables. All are happenings: a time, an id, a name, facts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clickhouse_connect.driver.client import Client

from kervan.consent import store as consent
from kervan.history import read as history
from kervan.history.read import LATEST, Happening, Place
from kervan.kernel import clock, ids
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import decisions, notes
from kervan.profiles import read as profiles
from kervan.profiles.decisions import Visit

DECIDED, NOTED, AGREED = "Identity Decided", "Note Written", "Consent Recorded"
"""The names of happenings that are no events; their `kind` is "record"."""
_TOLD = "event"
"""The source of a row of the ledger that an event of the history has told already."""


@dataclass(frozen=True, slots=True)
class Self:
    """Who somebody is today: her head, all atoms of it, and her visits, the latest first."""

    head: int
    parts: list[int]
    visits: list[Visit]


def whose(conn: Connection, person: int) -> Self:
    """Whose profile an atom belongs to."""
    head = profiles.heads(conn, [person]).get(person, person)
    parts = profiles.parts(conn, head)
    return Self(head, parts, decisions.visits(conn, parts))


def read(
    conn: Connection,
    vault: WorkspaceVault,
    client: Client,
    who: Self,
    *,
    limit: int = 100,
    after: Place = LATEST,
) -> list[Happening]:
    """Everything about a person, newest first, going on behind the place `after`.

    Pieces hold each happening exactly once, as long as nothing new comes before the place.
    """
    until = clock.from_ms(min(after.at_ms, clock.now_ms() + _FAR_MS))
    records = _decided(conn, who.parts, until, limit)
    records += _noted(conn, vault, who.parts, until, limit)
    records += _agreed(conn, who.parts, until)
    behind = (-after.at_ms, after.event_id)
    found = [one for one in records if (-one.at_ms, one.event_id) > behind]
    found += history.timeline(client, who.parts, who.visits, limit=limit, after=after)
    return sorted(found, key=lambda one: (-one.at_ms, one.event_id))[:limit]


_FAR_MS = 86_400_000 * 3_650


def count(client: Client, who: Self) -> int:
    """How many events a person has."""
    return history.count(client, who.parts, [one.number for one in who.visits])


def _record(id_: bytes, at_ms: int, name: str, facts: dict[str, object]) -> Happening:
    return Happening(id_.hex(), at_ms, name, "record", "", 0, "", "", 0, facts)


def _decided(
    conn: Connection, parts: Sequence[int], until: datetime, limit: int
) -> list[Happening]:
    found = []
    # A page may begin within one millisecond of decisions.
    for one in decisions.of_people(conn, list(parts), until, limit + _AT_ONCE):
        facts: dict[str, object] = {
            "what": one.what,
            "person": one.person_id,
            "other": one.other_id,
            "identifier": one.kind,
            "reason": one.reason,
            "actor": one.actor,
        }
        found.append(_record(ids.hash16(b"decision", b"%d" % one.id), one.at_ms, DECIDED, facts))
    return found


_AT_ONCE = 200


def _noted(
    conn: Connection, vault: WorkspaceVault, parts: Sequence[int], until: datetime, limit: int
) -> list[Happening]:
    return [
        _record(one.id.bytes, one.at_ms, NOTED, {"text": one.text, "author": one.author})
        for one in notes.of_people(conn, vault, list(parts), until, limit + _AT_ONCE)
    ]


def _agreed(conn: Connection, parts: Sequence[int], until: datetime) -> list[Happening]:
    found = []
    for row in consent.of_people(conn, list(parts)):
        if row["source"] == _TOLD or row["occurred_at"] > until:
            continue
        facts: dict[str, object] = {
            name: str(row[name] or "")
            for name in ("channel", "purpose", "topic", "brand", "status", "source", "actor")
        }
        id_ = ids.hash16(b"consent", b"%d" % row["position"])
        found.append(_record(id_, clock.to_ms(row["occurred_at"]), AGREED, facts))
    return found
