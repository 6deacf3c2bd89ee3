"""Messages that a provider took: their receipts find them, and time ends what nobody speaks of.

A receipt may come before our own books, twice, or in any order: what counts is the strongest word.
`delivered` and `failed` end a message once; what comes later is a fact on its row.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from kervan.collect import intake
from kervan.delivery import coupons, outbox, receipts
from kervan.delivery.books import Claim
from kervan.delivery.channels.channel import Problem, Receipt
from kervan.delivery.mail import reports
from kervan.delivery.outbox import Subject
from kervan.delivery.states import State
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "handed.sql")
_SWEEP = 5_000
_KEPT = timedelta(days=30)
# A provider that calls does so within minutes; only then is it asked.
_SILENCE = timedelta(minutes=3)
NO_RECEIPT = "delivery.no_receipt"

_FACT: dict[str, receipts.Kind] = {
    "delivered": "delivered",
    "read": "opened",
    "clicked": "clicked",
    "complained": "complained",
    "bounced": "bounced",
    "undelivered": "bounced",
}
_ARRIVED = frozenset({"delivered", "read", "clicked", "complained"})
"""What can only be said of a message that arrived."""
_LOST = frozenset({"failed", "bounced", "undelivered", "refused"})
_WHY = {
    Problem.ADDRESS: "delivery.address_rejected",
    Problem.REFUSED: "delivery.refused_by_reader",
    Problem.WINDOW: "delivery.window_closed",
    Problem.FULL: "delivery.mailbox_full",
}


@dataclass(frozen=True, slots=True)
class Handed:
    """A message its provider accepted and will say more of, until `until` at the latest.

    `reference` is what the provider calls it; parts of one message are parted by blanks.
    """

    claim: Claim
    account: str
    reference: str
    until: datetime
    consent_event: int
    handed_at: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """A message that a receipt ended: `gone` says that nothing will ever arrive at its address,
    `refused` that its reader opted out at the provider."""

    subject: Subject
    state: State
    gone: bool
    refused: bool


def hand(conn: Connection, senders: list[int], given: list[Handed], at: datetime) -> list[Ended]:
    """Write hand-overs down; gives what receipts that came earlier ended at once."""
    if not given:
        return []
    rows = conn.execute(
        _SQL.hand,
        {
            "senders": senders,
            "messages": postgres.uuids(one.claim.subject.message for one in given),
            "attempts": postgres.array(one.claim.attempt for one in given),
            "accounts": [one.account for one in given],
            "references": [" ".join(one.reference.split()) for one in given],
            "consents": postgres.array(one.consent_event for one in given),
            "handed": [one.handed_at for one in given],
            "untils": [one.until for one in given],
        },
    ).fetchall()
    taken = {message for (message,) in rows}
    handed = [one for one in given if one.claim.subject.message in taken]
    intake.append_own(
        conn,
        [outbox.own_event(State.HANDED, "", one.handed_at, one.claim.subject) for one in handed],
    )
    early = conn.execute(_SQL.early, {"messages": postgres.uuids(taken)}).fetchall()
    return _take_early(conn, early, at)


def catch_up(conn: Connection, at: datetime) -> list[Ended]:
    """Take receipts that waited for hand-overs which a recovery has written down meanwhile."""
    return _take_early(conn, conn.execute(_SQL.late).fetchall(), at)


def _take_early(conn: Connection, rows: list[tuple[Any, ...]], at: datetime) -> list[Ended]:
    early: dict[str, list[Receipt]] = {}
    for account, reference, kind, problem, code, seen in rows:
        said = Receipt(kind, seen, reference, None, Problem(problem), code)
        early.setdefault(account, []).append(said)
    return [one for account, said in early.items() for one in take(conn, account, said, at)]


def take(conn: Connection, account: str, said: Sequence[Receipt], at: datetime) -> list[Ended]:
    """Note what `account` says of its messages, in the caller's transaction; gives what it ended.

    What names no message of ours yet waits for the books; it is forgotten after `_KEPT`.
    """
    known, early = _resolve(conn, account, said)
    if early:
        conn.execute(
            _SQL.keep_early,
            {
                "account": account,
                "references": [" ".join(one.reference.split()) for one in early],
                "kinds": [one.kind for one in early],
                "problems": [one.problem.value for one in early],
                "codes": [one.code[:100] for one in early],
                "at": [one.at for one in early],
            },
        )
    if not known:
        return []
    _name(conn, account, known, at)
    # Several receipts of one part are one; parts that arrived are counted before they are judged.
    arrived = [part for _, one in known if one.kind in _ARRIVED for part in one.reference.split()]
    conn.execute(_SQL.mark_parts, {"account": account, "references": arrived})
    ended = _end(conn, known, at)
    receipts.note(
        conn,
        [
            receipts.Fact(message, _FACT[one.kind], one.at)
            for message, one in known
            if one.kind in _FACT
        ],
    )
    reports.keep(conn, account, known)
    return ended


def _resolve(
    conn: Connection, account: str, said: Sequence[Receipt]
) -> tuple[list[tuple[uuid.UUID, Receipt]], list[Receipt]]:
    named = {
        row: one.reference.split()[0]
        for row, one in enumerate(said)
        if one.message is None and one.reference.strip()
    }
    found: dict[int, uuid.UUID] = dict(
        conn.execute(
            _SQL.resolve,
            {"account": account, "rows": postgres.array(named), "references": [*named.values()]},
        ).fetchall()
    )
    known, early = [], []
    for row, one in enumerate(said):
        message = one.message or found.get(row)
        if message is not None:
            known.append((message, one))
        elif row in named:
            early.append(one)
    return known, early


def _name(
    conn: Connection, account: str, known: list[tuple[uuid.UUID, Receipt]], at: datetime
) -> None:
    named = [
        (message, " ".join(one.reference.split()))
        for message, one in known
        if one.kind == "accepted" and one.message is not None and one.reference.strip()
    ]
    if named:
        messages, references = zip(*named, strict=True)
        values = {"messages": postgres.uuids(messages), "references": [*references]}
        conn.execute(_SQL.name_message, {"account": account, "at": at, **values})


def _end(conn: Connection, known: list[tuple[uuid.UUID, Receipt]], at: datetime) -> list[Ended]:
    arrived = {message for message, one in known if one.kind in _ARRIVED}
    lost = {message: one for message, one in known if one.kind in _LOST}
    concerned = {"messages": postgres.uuids(sorted(arrived | set(lost)))}
    conn.execute(_SQL.lock_open, concerned)
    rows = conn.execute(_SQL.lock, concerned).fetchall()
    whole = {
        message
        for (message,) in conn.execute(_SQL.whole, {"messages": postgres.uuids(arrived)}).fetchall()
    }
    ends: list[tuple[Ended, str, str, datetime]] = []
    said_at = {message: one.at for message, one in known}
    for message, *about, state in rows:
        if state not in (State.QUEUED, State.HANDED):
            continue  # it has its final state
        subject = Subject(message, *about)
        one = lost.get(message)
        if one is not None:
            why = _WHY.get(one.problem, "delivery.rejected")
            gone = one.problem is Problem.ADDRESS or one.kind == "bounced"
            refused = one.problem is Problem.REFUSED or one.kind == "refused"
            end = Ended(subject, State.FAILED, gone, refused)
            ends.append((end, why, one.code[:100], one.at))
        elif message in whole:
            end = Ended(subject, State.DELIVERED, gone=False, refused=False)
            ends.append((end, "", "", said_at[message]))
    _write(conn, ends, at)
    return [end for end, *_ in ends]


class Finish(NamedTuple):
    """How one of our own lists ended a message: `gone` says that its address is nobody's."""

    message: uuid.UUID
    state: State
    reason: str = ""
    gone: bool = False


def finish(conn: Connection, finished: Sequence[Finish], at: datetime) -> list[Ended]:
    """Give messages that were handed over to a list of ours their final state, once.

    What has its final state already keeps it; gives those that ended now.
    """
    by = {one.message: one for one in finished}
    concerned = {"messages": postgres.uuids(sorted(by))}
    conn.execute(_SQL.lock_open, concerned)
    ends: list[tuple[Ended, str, str, datetime]] = []
    for message, *about, state in conn.execute(_SQL.lock, concerned).fetchall():
        if state == State.HANDED:
            one = by[message]
            end = Ended(Subject(message, *about), one.state, gone=one.gone, refused=False)
            ends.append((end, one.reason, "", at))
    _write(conn, ends, at)
    arrived = [end.subject.message for end, *_ in ends if end.state is State.DELIVERED]
    receipts.note(conn, [receipts.Fact(message, "delivered", at) for message in arrived])
    return [end for end, *_ in ends]


def _write(conn: Connection, ends: list[tuple[Ended, str, str, datetime]], at: datetime) -> None:
    if not ends:
        return
    conn.execute(
        _SQL.end,
        {
            "messages": postgres.uuids(end.subject.message for end, *_ in ends),
            "states": postgres.array(int(end.state) for end, *_ in ends),
            "reasons": [why for _, why, _, _ in ends],
            "codes": [code for _, _, code, _ in ends],
            "at": at,
        },
    )
    coupons.settle(conn, [end.subject.message for end, *_ in ends], at)
    intake.append_own(
        conn, [event for end, why, _, said_at in ends for event in _events(end, why, said_at)]
    )


def _events(end: Ended, why: str, at: datetime) -> list[intake.OwnEvent]:
    """What the timeline hears: that it was sent, unless it is lost, and how it ended.

    That it was sent was said at the hand-over already, but not of a message that was in doubt; the
    event's id makes it count once.
    """
    last = outbox.own_event(end.state, why, at, end.subject)
    if end.state is State.ACCEPTED:
        return [last]
    word = end.state.name.lower()
    last = msgspec.structs.replace(last, message_id=f"message-{end.subject.message.hex}-{word}")
    if end.state is not State.DELIVERED:
        return [last]
    return [outbox.own_event(State.HANDED, "", at, end.subject), last]


def end_overdue(conn: Connection, at: datetime) -> int:
    """What nobody spoke of in its time was accepted, and that is the last word; gives how many."""
    rows = conn.execute(_SQL.overdue, {"at": at, "limit": _SWEEP}).fetchall()
    locked = conn.execute(
        _SQL.lock, {"messages": postgres.uuids(message for (message,) in rows)}
    ).fetchall()
    ends = [
        (Ended(Subject(*about), State.ACCEPTED, gone=False, refused=False), NO_RECEIPT, "", at)
        for *about, _ in locked
    ]
    _write(conn, ends, at)
    return len(ends)


def forget(conn: Connection, at: datetime) -> None:
    """Let go of providers' names for messages long ended."""
    conn.execute(_SQL.forget, {"before": at - _KEPT})


def outstanding(
    conn: Connection, account: str, after: uuid.UUID, at: datetime, limit: int
) -> list[tuple[uuid.UUID, str]]:
    """(message, reference) of the next after `after` that `account` was silent of for a while.

    A message in doubt has no reference.
    """
    return conn.execute(
        _SQL.outstanding,
        {"account": account, "after": after, "before": at - _SILENCE, "limit": limit},
    ).fetchall()


def awaited(conn: Connection) -> int:
    """How many messages are handed over and not ended."""
    row = conn.execute(_SQL.awaited).fetchone()
    return int(row[0]) if row else 0
