"""Keeps what was looked up for messages, for as long as what they said is kept."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from kervan.delivery.desk import Job
from kervan.kernel import postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles.read import Person

_SQL = sql.load(__package__, "keep.sql")
_encode = msgspec.json.Encoder().encode


def keep(conn: Connection, vault: WorkspaceVault, jobs: Sequence[Job], at: datetime) -> None:
    """Keep what `jobs` are to say, and why some got no code, in the caller's transaction."""
    messages = [job.claim.subject.message for job in jobs]
    sealed = [
        vault.seal(job.person.key, _encode(job.looked_up), place(message))
        for job, message in zip(jobs, messages, strict=True)
    ]
    conn.execute(_SQL.keep, {"messages": postgres.uuids(messages), "sealed": sealed, "at": at})
    lacking = [
        (job.claim.subject.message, pool, why) for job in jobs for pool, why in job.lacking.items()
    ]
    conn.execute(_SQL.forget_refusals, {"messages": postgres.uuids(messages)})
    if lacking:
        asked, pools, reasons = zip(*lacking, strict=True)
        values = {"messages": postgres.uuids(asked), "pools": [*pools], "reasons": [*reasons]}
        conn.execute(_SQL.refuse, {**values, "at": at})


def place(message: UUID) -> bytes:
    """The associated data that what a message looked up is sealed with."""
    return b"message.lookup " + message.bytes


def kept(
    conn: Connection, vault: WorkspaceVault, person: Person, message: UUID
) -> dict[str, object]:
    """What a message said of the house, {} for one that asked nothing."""
    row = conn.execute(_SQL.kept, {"message": message}).fetchone()
    if row is None:
        return {}
    found: dict[str, object] = msgspec.json.decode(vault.open(person.key, row[0], place(message)))
    return found


def erase(conn: Connection, people: list[int]) -> None:
    """Forget what messages of `people` said of the house."""
    conn.execute(_SQL.erase, {"people": people})


def expire(conn: Connection, before: datetime, limit: int) -> int:
    """Forget what was looked up before `before`; gives how much, at most `limit` of each kind."""
    values = {"before": before, "limit": limit}
    gone = conn.execute(_SQL.expire_refusals, values).rowcount
    return max(gone, conn.execute(_SQL.expire, values).rowcount)
