"""Takes messages back whose person has just refused them, wherever they are before the journal."""

import uuid
from datetime import datetime

from kervan.collect import intake
from kervan.consent import store as consent
from kervan.consent.ledger import Recorded
from kervan.delivery import outbox
from kervan.delivery.states import MARKETING, State
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "refusals.sql")
WITHDRAWN = "delivery.consent_withdrawn"
_REFUSALS = frozenset({"denied", "withdrawn", "expired"})


def hear(conn: Connection, recorded: list[Recorded]) -> None:
    """A hook of the ledger: what was refused by any door is taken back in the same transaction.

    A word on a topic takes back what is about it, one that names a brand what that brand says.

    Who has agreed at another address that messages go to, or has agreed anew since, keeps hers.
    """
    refused: dict[tuple[str, str, str], list[Recorded]] = {}
    for one in recorded:
        said = one.change
        if said.status in _REFUSALS and said.purpose == "marketing":
            refused.setdefault((said.channel, said.topic, said.brand), []).append(one)
    for (channel, topic, brand), rows in refused.items():
        atoms = _atoms(conn, rows)
        heads = sorted(set(atoms.values()))
        kept = consent.allowed(conn, heads, channel, "marketing", topic=topic, brand=brand)
        people = [atom for atom, head in atoms.items() if head not in kept]
        at = rows[0].recorded_at
        void(conn, people, [channel], WITHDRAWN, at, topic=topic, brand=brand or None)


def _atoms(conn: Connection, rows: list[Recorded]) -> dict[int, int]:
    """{atom: head} of everybody these words are about."""
    found = conn.execute(
        _SQL.atoms,
        {
            "contacts": postgres.uuids(uuid.UUID(bytes=one.change.contact) for one in rows),
            "people": postgres.array(one.change.person for one in rows if one.change.person),
        },
    ).fetchall()
    return {int(atom): int(head) for atom, head in found}


def void(
    conn: Connection,
    people: list[int],
    channels: list[str],
    reason: str,
    at: datetime,
    classes: tuple[str, ...] = (MARKETING,),
    *,
    topic: str = "",
    brand: str | None = None,
) -> int:
    """Take back all messages to `people` on `channels` that are not handed over; gives how many.

    To be called after the refusal itself was written, in the same transaction. What a sender holds
    is marked, and withheld by the journal unless its hand-over is journalled already. With `topic`
    only what is about it, with `brand` only what that brand says.
    """
    if not people or not channels:
        return 0
    params = {
        "people": people, "channels": channels, "classes": list(classes), "reason": reason,
        "state": State.CANCELLED, "at": at, "topic": topic, "brand": brand,
    }  # fmt: skip
    rows = conn.execute(_SQL.void_waiting, params).fetchall()
    marked = conn.execute(_SQL.void_claimed, params).rowcount
    gone = [outbox.Subject(*row) for row in rows]
    intake.append_own(conn, [outbox.own_event(State.CANCELLED, reason, at, one) for one in gone])
    listed = conn.execute(_SQL.void_listed, params).fetchall()
    outbox.tell_listed(conn, listed, reason, at)
    return len(gone) + marked + len(listed)
