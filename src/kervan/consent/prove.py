"""Shows what stands behind one consent: the word, the text it was given to, proof and place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from kervan.consent import chain, ledger, notices, verify
from kervan.consent.notices import Notice
from kervan.kernel import sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles

_SQL = sql.load(__package__, "prove.sql")


class Event(NamedTuple):
    """One row of the ledger as it stands there."""

    id: int
    brand: str
    contact: UUID
    contact_kind: str
    person: int
    channel: str
    purpose: str
    topic: str
    status: str
    legal_basis: str
    jurisdiction: str
    occurred_at: datetime
    zone: str
    recorded_at: datetime
    source: str
    source_id: int
    actor: str
    notice: int | None
    notice_name: str
    notice_sha256: bytes | None
    proof_sha256: bytes | None
    expires_at: datetime | None
    event_key: UUID
    prev_hash: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """One event with what it refers to, and whether all of it is as it was written.

    `intact` is about this row alone: its hash, its neighbours', its notice's and its proof's.
    `proof` is None where none was kept or its person was erased; `signed_by` is the first
    checkpoint behind the row (place, time), None while there is none; `end` the chain's last place.
    `overruled_by` is the event that holds today for the same address and matter, 0 when it is this.
    """

    event: Event
    notice: Notice | None
    proof: dict[str, Any] | None
    intact: bool
    signed_by: tuple[int, datetime] | None
    end: int
    overruled_by: int


def evidence(conn: Connection, vault: WorkspaceVault, event: int) -> Evidence:
    """What stands behind the ledger's row `event`. Raises KervanError consent.event_unknown."""
    row = conn.execute(_SQL.event, {"id": event}).fetchone()
    if row is None:
        raise KervanError("consent.event_unknown", status=404, given=event)
    *said, sealed, before, after, end, checkpoint, checkpoint_at, today = row
    one = Event(*said)
    notice = notices.by_id(conn, [one.notice]).get(one.notice) if one.notice else None
    key = profiles.keys(conn, [one.person]).get(one.person)
    return Evidence(
        event=one,
        notice=notice,
        proof=ledger.read_proof(vault, key, sealed),
        intact=_intact(one, said, sealed, before, after, notice),
        signed_by=(checkpoint, checkpoint_at) if checkpoint else None,
        end=end,
        overruled_by=0 if today in (None, one.id) else today,
    )


def _intact(
    one: Event,
    said: list[Any],
    sealed: bytes | None,
    before: bytes | None,
    after: bytes | None,
    notice: Notice | None,
) -> bool:
    return (
        chain.link(chain.text_of(list(map(verify.text, said[:-2]))), one.prev_hash) == one.hash
        and one.prev_hash == (before or chain.GENESIS)
        and after in (None, one.hash)
        and (sealed is None or chain.digest(sealed) == one.proof_sha256)
        and (notice.sha256 if notice else None) == one.notice_sha256
    )
