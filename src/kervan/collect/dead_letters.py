"""Events that could not be understood: kept with their reason, listed, searched, sent again."""

from dataclasses import dataclass
from datetime import datetime

import psycopg

from kervan.collect import normalise
from kervan.collect.batch import Letter
from kervan.collect.intake import Body, pack
from kervan.kernel import clock, sql
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")
_INTAKE = sql.load(__package__, "intake.sql")
HISTORY_REFUSED = "collect.history_refused"
"""The reason of events that were processed, and that only history lacks."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One refused event; `reason` is a code of words.toml, `raw` the text as it came.

    `door` is the kind of path it came by and `sent_at` its envelope's stamp: without them it
    could not be read again as it was meant.
    """

    id: int
    source_name: str
    source: int
    received_at: datetime
    reason: str
    detail: str
    door: str
    sent_at: datetime | None
    raw: str
    resent_at: datetime | None


def keep(conn: Connection, vault: Vault, workspace: int, letters: list[Letter]) -> None:
    """Store refused events, sealed, in the caller's transaction."""
    if not letters:
        return
    at = [clock.from_ms(one.received_ms) for one in letters]
    conn.execute(
        _SQL.keep_letters,
        {
            "workspace": workspace,
            "sources": [one.source for one in letters],
            "at": at,
            "days": [one.date() for one in at],
            "reasons": [one.rejected.reason for one in letters],
            "details": [one.rejected.detail.replace("\0", "")[:500] for one in letters],
            "doors": [one.rejected.door for one in letters],
            "sent": [_stamp(one.rejected.sent_ms) for one in letters],
            "bodies": [
                psycopg.Binary(vault.seal_intake(when.date(), one.rejected.raw))
                for one, when in zip(letters, at, strict=True)
            ],
        },
    )


def find(
    conn: Connection,
    vault: Vault,
    workspace: int,
    *,
    reason: str | None = None,
    source: str | None = None,
    text: str = "",
    with_resent: bool = False,
    before: int = 2**62,
    limit: int = 100,
) -> list[DeadLetter]:
    """The newest dead letters, of one reason or source, holding `text` in their raw text.

    The raw text is sealed, so a search by text opens letters page by page (10,000 at most).
    """
    found: list[DeadLetter] = []
    looked_at = 0
    while len(found) < limit and looked_at < 10_000:
        rows = conn.execute(
            _SQL.letters,
            {
                "workspace": workspace,
                "reason": reason,
                "source": source,
                "before": before,
                "with_resent": with_resent,
                "limit": max(limit, 500) if text else limit,
            },
        ).fetchall()
        if not rows:
            break
        looked_at += len(rows)
        before = rows[-1][0]
        letters = [_letter(vault, *row) for row in rows]
        found += [one for one in letters if text.casefold() in one.raw.casefold()]
        if not text and len(rows) < limit:
            break
    return found[:limit]


def resend(conn: Connection, vault: Vault, workspace: int, letters: list[int]) -> int:
    """Put letters back into the intake, once each; gives how many. The caller commits."""
    rows = conn.execute(_SQL.letters_by_id, {"workspace": workspace, "ids": letters}).fetchall()
    if not rows:
        return 0
    now = clock.now()
    bodies = []
    for row in rows:
        one = _letter(vault, *row)
        raw = one.raw.encode("utf-8", "replace")
        sent_ms = clock.to_ms(one.sent_at) if one.sent_at else 0
        body = normalise.enclosed([raw], one.door, sent_ms)
        told = one.reason == HISTORY_REFUSED
        bodies.append(Body(one.source, clock.to_ms(one.received_at), "", body, told))
    packed = psycopg.Binary(pack(vault, now.date(), bodies))
    conn.execute(_INTAKE.add_row, (now.date(), workspace, now, len(bodies), False, packed))
    conn.execute(_SQL.mark_resent, {"ids": [row[0] for row in rows], "now": now})
    return len(rows)


def counts(conn: Connection, workspace: int) -> dict[str, int]:
    """How many letters wait, by reason."""
    return dict(conn.execute(_SQL.count_letters, {"workspace": workspace}).fetchall())


def _letter(
    vault: Vault,
    number: int,
    source_name: str,
    source: int,
    received_at: datetime,
    day: object,
    reason: str,
    detail: str,
    door: str,
    sent_at: datetime | None,
    body: bytes,
    resent_at: datetime | None,
) -> DeadLetter:
    raw = vault.open_intake(received_at.date(), body).decode("utf-8", "replace")
    return DeadLetter(
        number, source_name, source, received_at, reason, detail, door, sent_at, raw, resent_at
    )


def _stamp(at_ms: int) -> datetime | None:
    try:
        return clock.from_ms(at_ms) if at_ms else None
    except (ValueError, OverflowError):
        return None  # a clock that says the year 10,000 is no help in reading the event
