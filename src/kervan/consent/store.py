"""Says what people agreed to: whether a message is allowed, and all that one person said."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from kervan.consent import ledger
from kervan.consent.channels import ABOUT_HERSELF, IDENTIFIER_OF, KIND_OF
from kervan.consent.ledger import Change
from kervan.kernel import clock, postgres, sql
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")


class Decision(NamedTuple):
    """One person's word on one channel and purpose; `event_id` (16 bytes) makes it count once."""

    person: int
    channel: str
    purpose: str
    granted: bool
    at_ms: int
    source: int
    notice: str
    event_id: bytes


def record(conn: Connection, decisions: list[Decision], vault: WorkspaceVault) -> None:
    """Append plain yes-or-no decisions, each on the address its person has; see ledger.record."""
    ledger.record(
        conn,
        vault,
        [
            Change(
                channel=one.channel,
                purpose=one.purpose,
                status="granted" if one.granted else "withdrawn",
                occurred_at=clock.from_ms(one.at_ms),
                person=one.person,
                source_id=one.source,
                notice_name=one.notice,
                key=one.event_id,
            )
            for one in decisions
        ],
    )


def allowed(
    conn: Connection,
    people: Iterable[int],
    channel: str,
    purpose: str,
    *,
    topic: str = "",
    brand: str = "",
    at: datetime | None = None,
) -> dict[int, int]:
    """{person: the consent event that allows it} at `at` (now); others are left out.

    `people` are heads; asked is the address each would get it at (profiles.read.contacts).
    """
    return _granted(_words(conn, people, channel, purpose, topic, brand), topic, at or clock.now())


def refused(
    conn: Connection, people: Iterable[int], channel: str, purpose: str, *, brand: str = ""
) -> set[int]:
    """Those of `people` (heads) who have said no to the whole channel and nothing else since."""
    return {
        one[0]
        for one in _words(conn, people, channel, purpose, "", brand)
        if one[2] in ("denied", "withdrawn")
    }


def _words(
    conn: Connection, people: Iterable[int], channel: str, purpose: str, topic: str, brand: str
) -> list[tuple[Any, ...]]:
    return conn.execute(
        _SQL.allowed,
        {
            "people": postgres.array(people),
            "kind": IDENTIFIER_OF.get(KIND_OF.get(channel, ""), 0),
            "herself": KIND_OF.get(channel) in ABOUT_HERSELF,
            "channel": channel,
            "purpose": purpose,
            "topics": sorted({"", topic}),
            "brand": brand,
        },
    ).fetchall()


def _granted(rows: list[tuple[Any, ...]], topic: str, at: datetime) -> dict[Any, int]:
    """Of (who, topic, status, occurred, expires, event): who may get it, by `_ruling`."""
    if not topic:
        return {
            who: event
            for who, _, status, _, expires, event in rows
            if status == "granted" and (expires is None or expires > at)
        }
    whole: dict[Any, tuple[Any, ...]] = {}
    special: dict[Any, tuple[Any, ...]] = {}
    for row in rows:
        (special if row[1] else whole)[row[0]] = row
    found = {}
    for who in whole.keys() | special.keys():
        event = _event(_ruling(whole.get(who), special.get(who)), at)
        if event:
            found[who] = event
    return found


def _ruling(
    whole: tuple[Any, ...] | None, special: tuple[Any, ...] | None
) -> tuple[Any, ...] | None:
    """Which word rules for a topic: that on the whole channel or that on the topic itself.

    A refusal of the topic stands until the topic is agreed to again; a refusal of the whole
    channel beats every topic agreed to before it; without a word on the topic the channel's counts.
    """
    if whole is None or special is None:
        return special or whole
    refused = whole[2] not in ("granted", "pending")
    overruled = special[2] == "pending" or (refused and whole[3] >= special[3])
    return whole if overruled else special


def _event(one: tuple[Any, ...] | None, at: datetime) -> int:
    granted = one is not None and one[2] == "granted" and (one[4] is None or one[4] > at)
    return int(one[5]) if one is not None and granted else 0


def of_people(conn: Connection, people: list[int]) -> list[dict[str, Any]]:
    """All rows of the ledger about these people (atoms) and their addresses, the latest first.

    Without proofs; `position` is the place in the chain.
    """
    cursor = conn.execute(_SQL.of_people, {"people": postgres.array(people)})
    assert cursor.description is not None
    names = [column.name for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def erase(conn: Connection, people: list[int], hashes: list[bytes]) -> int:
    """Forget addresses and proofs of these people and addresses; the hashed rows stay.

    Gives how many rows changed. What they said stays provable by its hashes only.
    """
    given = {"people": postgres.array(people), "contacts": [uuid.UUID(bytes=one) for one in hashes]}
    changed = conn.execute(_SQL.forget_points, given).rowcount
    changed += conn.execute(_SQL.forget_proofs, given).rowcount
    return changed + conn.execute(_SQL.forget_waiting, given).rowcount
