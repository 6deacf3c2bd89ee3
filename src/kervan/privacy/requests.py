"""Tracks what people ask by law, from the day it came to the answer, with the day it is due."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from kervan.kernel import ids, sql
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.privacy import deadlines

_SQL = sql.load(__package__, "requests.sql")
KINDS = ("access", "erasure", "portability", "objection", "rectification")
CHANNELS = ("web", "email", "phone", "store", "letter", "notary", "kep", "preference_centre")
PROOFS = (
    "signed_in",
    "confirmed_contact",
    "staff_saw_id",
    "e_signature",
    "registered_mail",
    "none",
)
_WARN_DAYS = 7


@dataclass(frozen=True, slots=True)
class Request:
    """One request; `person_id` is the public id, which names nobody once she is erased."""

    id: uuid.UUID
    kind: str
    person_id: uuid.UUID
    jurisdiction: str
    received_at: datetime
    due_at: datetime
    channel: str
    identity_proof: str
    note: str
    state: str
    answer: str
    actor: str
    closed_at: datetime | None
    closed_by: str

    def is_late(self, at: datetime) -> bool:
        """Whether it is open though its day has passed."""
        return self.state == "open" and self.due_at <= at

    def is_near(self, at: datetime) -> bool:
        """Whether it is open and due within a week."""
        left = self.due_at - at
        return self.state == "open" and left.days < _WARN_DAYS


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done for a request."""

    at: datetime
    what: str
    actor: str


def open_request(
    conn: Connection,
    kind: str,
    person_id: uuid.UUID,
    *,
    received_at: datetime,
    jurisdiction: str,
    zone: str,
    channel: str,
    identity_proof: str,
    actor: str,
    note: str = "",
) -> Request:
    """Write down a request. Raises privacy.request_not_good for a word that is not ours."""
    for field, value, words in (
        ("kind", kind, KINDS),
        ("channel", channel, CHANNELS),
        ("identity_proof", identity_proof, PROOFS),
    ):
        if value not in words:
            raise KervanError(
                "privacy.request_not_good", field=field, value=value[:40], words=", ".join(words)
            )
    number = ids.uuid7()
    conn.execute(
        _SQL.add,
        {
            "id": number,
            "kind": kind,
            "person": person_id,
            "jurisdiction": jurisdiction,
            "received": received_at,
            "due": deadlines.due_at(received_at, jurisdiction, zone),
            "channel": channel,
            "proof": identity_proof,
            "note": note.replace("\0", "")[:2_000],
            "actor": actor,
        },
    )
    note_step(conn, number, received_at, "received", actor)
    return one(conn, number)


def one(conn: Connection, number: uuid.UUID) -> Request:
    """A request by its id. Raises privacy.request_unknown (404)."""
    row = conn.execute(_SQL.one, {"id": number}).fetchone()
    if row is None:
        raise KervanError("privacy.request_unknown", status=404)
    return Request(*row)


def all_requests(conn: Connection, *, only_open: bool = False, limit: int = 200) -> list[Request]:
    """Requests, the open ones first by the day they are due, then the latest closed."""
    rows = conn.execute(_SQL.some, {"only_open": only_open, "limit": limit}).fetchall()
    return [Request(*row) for row in rows]


def steps(conn: Connection, number: uuid.UUID) -> list[Step]:
    """What was done for a request, in order."""
    return [Step(*row) for row in conn.execute(_SQL.steps, {"id": number}).fetchall()]


def note_step(conn: Connection, number: uuid.UUID, at: datetime, what: str, actor: str) -> None:
    """Write down one thing that was done."""
    values = {"id": number, "at": at, "what": what[:200], "actor": actor}
    conn.execute(_SQL.add_step, values)


def close(
    conn: Connection, number: uuid.UUID, state: str, answer: str, at: datetime, actor: str
) -> Request:
    """Close a request as done or refused, with the answer that was given.

    A refusal needs its reason. Raises privacy.request_not_good, privacy.request_closed (409).
    """
    if state not in ("done", "refused") or (state == "refused" and not answer.strip()):
        raise KervanError(
            "privacy.request_not_good", field="state", value=state[:40], words="done, refused"
        )
    before = one(conn, number)
    values = {"id": number, "state": state, "answer": answer[:2_000], "at": at, "actor": actor}
    if conn.execute(_SQL.close, values).rowcount != 1:
        raise KervanError("privacy.request_closed", status=409)
    note_step(conn, before.id, at, state, actor)
    return one(conn, number)
