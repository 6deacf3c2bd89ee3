"""Ends doubts: asks what the registry holds of what may or may not have reached it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kervan.consent.registry import outbox
from kervan.consent.registry.account import Account, pause_seconds
from kervan.consent.registry.port import RET, Entry, Held
from kervan.kernel import sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "outbox.sql")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A row the registry must be asked about: what was sent, and when."""

    row: outbox.Row
    reason: str
    sent_at: datetime
    attempts: int


def doubts(
    conn: Connection, vault: WorkspaceVault, account: Account, at: datetime, count: int
) -> list[Doubt]:
    """Doubtful rows of one type and recipient type, whose turn it is."""
    params = {"brand": account.brand, "at": at, "count": count}
    found: list[Doubt] = []
    moves = outbox.Moves()
    for row in conn.execute(_SQL.doubtful, params).fetchall():
        (id_, contact, kind, recipient_type, status, reason, sent_at, sent_date, attempts, sealed,
         key) = row  # fmt: skip
        recipient, _ = outbox.reveal(vault, sealed, key)
        if not recipient:  # erased while under way: nobody can be asked about any more
            moves.add(id_, "refused", "erased", at)
            continue
        entry = Entry(recipient, kind, recipient_type, status, sent_date, "")
        found.append(Doubt(outbox.Row(id_, contact.bytes, entry), reason, sent_at, attempts))
    moves.write(conn, at)
    first = found[0].row.entry if found else None
    return [
        one
        for one in found
        if first is not None
        and (one.row.entry.type, one.row.entry.recipient_type) == (first.type, first.recipient_type)
    ]


def clear_doubts(
    conn: Connection, account: Account, some: Sequence[Doubt], held: dict[str, Held] | None,
    at: datetime,
) -> None:  # fmt: skip
    """End doubts by what the registry holds; `held` is None where nobody can be asked.

    What it does not hold may still stand in its queue: only after a while it is sent again.
    """
    known = account.facts
    moves = outbox.Moves()
    done: list[int] = []
    for one in some:
        entry, row = one.row.entry, one.row.id
        now = held.get(entry.recipient) if held is not None else None
        waited = at - one.sent_at >= timedelta(seconds=known.number("doubt_seconds"))
        refused = one.reason.startswith("code ")
        if now is not None and now.status == entry.status:
            ours = entry.at is None or now.at == entry.at
            done += [row] if ours else []
            moves.add(row, "done" if ours else "dropped", "" if ours else "same_status", at)
        elif refused and entry.status == RET and now is not None and not now.status:
            moves.add(row, "dropped", "first_refusal", at)
        elif refused:
            moves.add(row, "refused", one.reason, at)
        elif waited:
            moves.add(row, "waiting", "not_found", at)
        else:
            pause = pause_seconds(known, one.attempts)
            moves.add(row, "doubt", one.reason, at + timedelta(seconds=pause), more=1)
    outbox.finish(conn, moves, done, at)
