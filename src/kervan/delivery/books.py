"""A sender's books in PostgreSQL: claim what is due, write what became of it, recover the dead.

Every function works in the caller's transaction. What a sender wrote into a row counts only while
the row is still the sender's: claimed by it, at the same attempt.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from kervan.collect import intake
from kervan.delivery import outbox
from kervan.delivery.outbox import Subject
from kervan.delivery.states import State
from kervan.kernel import postgres, sql
from kervan.kernel.arrays import Int2s, Int4s, Int8s, Moments, Texts, Uuids
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "send.sql")
# A receipt is waited for so long where the sender that knew its provider died.
_RECEIPTS = timedelta(days=3)
STOPPED_SECONDS = 3_600.0
"""How long a stop puts off what it holds, unless it is lifted earlier."""
_WOKEN = 20_000
_SLACK_SECONDS = 10.0  # a gate may put off what it holds while a lifting is not committed yet
PRESENCE = 1_801_812_580  # the first half of every sender's advisory lock


@dataclass(frozen=True, slots=True)
class Claim:
    """One message a sender holds; `contact` is the address it must go to, b"" the person's.

    `topic` and `brand` are what it is about and who speaks, "" for the channel and the only one.
    `routes` are the channels it may go by, each with its template version, in order; `route` is
    the place of the present one; () where there is only that. `held` says why it was put off last.
    """

    subject: Subject
    attempt: int
    deferrals: int
    cancelled: str
    message_class: str
    template_version: int
    context: bytes
    not_before: datetime
    expires_at: datetime
    contact: bytes = b""
    topic: str = ""
    brand: str = ""
    priority: int = 5
    routes: tuple[tuple[str, int], ...] = ()
    route: int = 0
    held: str = ""
    intended_at: datetime | None = None
    hold_out: bool = False
    """She is of a hold-out: what passes the gate is not sent, and ends as a ghost."""

    @property
    def more(self) -> bool:
        """Whether there is another channel to go by after this one."""
        return self.route + 1 < len(self.routes)


@dataclass(frozen=True, slots=True)
class End:
    """The final state of a message; `bounced` is a blind index to suppress, or empty.

    `consent_event` is the word of the ledger that let it go, or that held it back.
    """

    claim: Claim
    state: State
    reason: str = ""
    consent_event: int = 0
    handed_at: datetime | None = None
    reference: str = ""
    bounced: bytes = b""


@dataclass(frozen=True, slots=True)
class PutOff:
    """A message that goes back to the queue until `due_at`."""

    claim: Claim
    due_at: datetime
    deferrals: int
    reason: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A message nobody knows whether it arrived."""

    claim: Claim
    reason: str


@dataclass(frozen=True, slots=True)
class Reroute:
    """A message that goes back to the queue until `due_at`, by the channel at `route` of its own.

    It was not handed over, and whoever sends by that channel asks the gate anew.
    """

    claim: Claim
    due_at: datetime
    route: int
    reason: str


Result = End | PutOff | Doubt | Reroute


@dataclass(frozen=True, slots=True)
class DoubtPolicy:
    """What becomes of a message in doubt after `window_seconds`: `unknown`, never sent again.

    Within the window a sender that only lost its database may still bring the answer.

    `send_again` is there to be sabotaged with: it makes the crash tests red.
    """

    window_seconds: float
    send_again: bool = False


def claim(conn: Connection, sender: int, channel: str, limit: int, at: datetime) -> list[Claim]:
    """Take up to `limit` due messages for `sender`."""
    rows = conn.execute(
        _SQL.claim, {"sender": sender, "channel": channel, "limit": limit, "at": at}
    ).fetchall()
    return [
        Claim(
            Subject(message, person, journey, version, step, run, channel_),
            attempt,
            deferrals,
            cancelled or "",
            message_class,
            template,
            context,
            not_before,
            expires,
            contact.bytes if contact and not route else b"",  # an address is of the first channel
            topic,
            brand,
            priority,
            tuple((name, version) for name, version in routes or ()),
            route,
            held or "",
            intended,
            hold_out,
        )
        for (
            message,
            attempt,
            deferrals,
            cancelled,
            person,
            journey,
            version,
            step,
            run,
            channel_,
            message_class,
            template,
            context,
            not_before,
            expires,
            contact,
            topic,
            brand,
            priority,
            routes,
            route,
            held,
            intended,
            hold_out,
        ) in rows
    ]


def write(conn: Connection, senders: list[int], results: list[Result], at: datetime) -> int:
    """Write results down with their own events; gives how many messages ended.

    `senders` are the numbers this sender had. A result of a row that is no longer theirs is
    dropped: the row's fate was decided by whoever has it.
    """
    ends = [one for one in results if isinstance(one, End)]
    later = [one for one in results if isinstance(one, PutOff)]
    other = [one for one in results if isinstance(one, Reroute)]
    doubts = [one for one in results if isinstance(one, Doubt)]
    if later:
        conn.execute(
            _SQL.put_off,
            {
                **_which(senders, [one.claim for one in later]),
                "due": [one.due_at for one in later],
                "deferrals": [one.deferrals for one in later],
                "reasons": [one.reason for one in later],
            },
        )
    if other:
        _reroute(conn, senders, other)
    if doubts:
        conn.execute(
            _SQL.doubt,
            {
                **_which(senders, [one.claim for one in doubts]),
                "at": at,
                "reasons": [one.reason for one in doubts],
            },
        )
    return _finish(conn, senders, ends, at) if ends else 0


def _reroute(conn: Connection, senders: list[int], moved: list[Reroute]) -> None:
    by = [one.claim.routes[one.route] for one in moved]
    conn.execute(
        _SQL.reroute,
        {
            **_which(senders, [one.claim for one in moved]),
            "due": [one.due_at for one in moved],
            "reasons": [one.reason for one in moved],
            "places": postgres.array(one.route for one in moved),
            "channels": [channel for channel, _ in by],
            "templates": postgres.array(template for _, template in by),
        },
    )


def _which(senders: list[int], claims: list[Claim]) -> dict[str, object]:
    return {
        "senders": senders,
        "messages": Uuids(one.subject.message.bytes for one in claims),
        "attempts": Int4s([one.attempt for one in claims]),
    }


def _finish(conn: Connection, senders: list[int], ends: list[End], at: datetime) -> int:
    rows = conn.execute(
        _SQL.finish,
        {
            **_which(senders, [one.claim for one in ends]),
            "states": Int2s([one.state for one in ends]),
            "reasons": Texts(one.reason for one in ends),
            "consents": Int8s([one.consent_event for one in ends]),
            "handed": Moments(one.handed_at for one in ends),
            "references": Texts(one.reference for one in ends),
            "at": at,
        },
    ).fetchall()
    written = {message for (message,) in rows}
    ended = [one for one in ends if one.claim.subject.message in written]
    for channel in {one.claim.subject.channel for one in ended if one.bounced}:
        bounced = [one for one in ended if one.bounced and one.claim.subject.channel == channel]
        outbox.suppress(
            conn,
            [one.bounced for one in bounced],
            channel,
            "hard_bounce",
            at,
            [one.claim.subject.message for one in bounced],
        )
    intake.append_own(
        conn,
        [
            outbox.own_event(one.state, one.reason, one.handed_at or at, one.claim.subject)
            for one in ended
        ],
    )
    return len(ended)


class Recovered(NamedTuple):
    """What became of dead senders' messages."""

    queued_again: int = 0
    accepted: int = 0
    in_doubt: int = 0


def recover(conn: Connection, sender: int, at: datetime) -> Recovered:
    """Take care of what dead senders held: queued again, accepted or in doubt by their journal.

    A sender is dead when its lock is free. Its journal is read after the lock is ours, so
    nothing it journalled can be missed. What a stop held that was lifted since is woken, too.
    """
    total = Recovered()
    asleep = timedelta(seconds=STOPPED_SECONDS + _SLACK_SECONDS)
    conn.execute(_SQL.wake, {"at": at, "asleep": asleep, "limit": _WOKEN})
    for (other,) in conn.execute(_SQL.other_senders, {"sender": sender}).fetchall():
        row = conn.execute(_SQL.is_gone, {"place": PRESENCE, "sender": other}).fetchone()
        if row == (True,):
            found = _recover_one(conn, other, at)
            total = Recovered(*(a + b for a, b in zip(total, found, strict=True)))
    return total


def _recover_one(conn: Connection, gone: int, at: datetime) -> Recovered:
    params = {
        "gone": gone, "at": at, "state": int(State.ACCEPTED), "handed": int(State.HANDED),
        "until": at + _RECEIPTS,
    }  # fmt: skip
    again = conn.execute(_SQL.requeue_unjournalled, params).rowcount
    accepted = conn.execute(_SQL.finish_answered, params).fetchall()
    intake.append_own(
        conn, [outbox.own_event(State.ACCEPTED, "", at, Subject(*row)) for row in accepted]
    )
    handed = conn.execute(_SQL.hand_answered, params).fetchall()
    intake.append_own(
        conn, [outbox.own_event(State.HANDED, "", at, Subject(*row)) for row in handed]
    )
    doubted = conn.execute(_SQL.doubt_journalled, params).rowcount
    return Recovered(again, len(accepted) + len(handed), doubted)


def end_doubts(conn: Connection, policy: DoubtPolicy, at: datetime) -> int:
    """Give messages in doubt past their window the final state `unknown`; gives how many."""
    before = at - timedelta(seconds=policy.window_seconds)
    if policy.send_again:
        return conn.execute(_SQL.resend_doubts, {"before": before, "at": at}).rowcount
    rows = conn.execute(
        _SQL.end_doubts, {"before": before, "at": at, "state": int(State.UNKNOWN)}
    ).fetchall()
    intake.append_own(
        conn,
        [outbox.own_event(State.UNKNOWN, "delivery.in_doubt", at, Subject(*row)) for row in rows],
    )
    return len(rows)


def links_of(links: list[str]) -> str:
    """A message's own links as one text for the journal; a URL holds no line end."""
    return "\n".join(links)
