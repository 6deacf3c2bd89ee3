"""Opens and clicks on their way to history: noted at once, judged a moment later.

Noting is one insert, so the reader's click is answered at once. Judging waits until a machine's
burst is seen whole (`machines.WAIT_MS`), and then tells history, once per second and link.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from kervan.collect import intake
from kervan.content import machines
from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "store.sql")
_MAX_AGENT_CHARS = 300
_KEPT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Touch:
    """One open (`link` 0) or click; `links` is how many links the message has."""

    message: uuid.UUID
    link: int
    head: bool
    at: datetime
    handed_at: datetime | None
    agent: str
    url: str
    links: int
    person: int
    journey: str
    version: int
    step: str
    run: int
    channel: str


@dataclass(frozen=True, slots=True)
class Judged:
    """A touch and whether a machine made it."""

    touch: Touch
    machine: bool


def note(conn: Connection, touch: Touch) -> None:
    """Keep a touch; the same link asked for twice within one second counts once."""
    conn.execute(_SQL.add_touch, {
        "message": touch.message, "link": touch.link, "second": _second(touch.at),
        "head": touch.head, "at": touch.at, "handed_at": touch.handed_at,
        "agent": _plain(touch.agent), "url": touch.url, "links": touch.links,
        "person": touch.person, "journey": touch.journey, "version": touch.version,
        "step": touch.step, "run": touch.run, "channel": touch.channel,
    })  # fmt: skip


def settle(conn: Connection, at: datetime, limit: int = 2_000) -> list[Judged]:
    """Judge the touches that have waited long enough at `at`, and tell history of them.

    Several processes may do so at once: each takes rows the others have not. All of it is one
    transaction of the caller's. Gives what was judged.
    """
    before = at - timedelta(milliseconds=machines.WAIT_MS)
    claimed = conn.execute(_SQL.claim_touches, {"before": before, "limit": limit}).fetchall()
    if not claimed:
        return []
    mine = {tuple(row) for row in claimed}
    messages = sorted({row[0] for row in claimed})
    # Rows from before the oldest claimed one may still belong to its burst.
    rows = conn.execute(_SQL.touches_of, {
        "messages": messages, "since": before - _KEPT,
    }).fetchall()  # fmt: skip
    seconds = [row[2] for row in rows]
    touches = [Touch(*row[:2], *row[3:]) for row in rows]
    verdicts = machines.machine(_columns(touches)).tolist()
    judged = [
        Judged(touch, verdict)
        for touch, second, verdict in zip(touches, seconds, verdicts, strict=True)
        if (touch.message, touch.link, second, touch.head) in mine
    ]
    conn.execute(_SQL.settle_touches, {
        "messages": [one.touch.message for one in judged],
        "links": [one.touch.link for one in judged],
        "seconds": [_second(one.touch.at) for one in judged],
        "heads": [one.touch.head for one in judged],
        "machines": [one.machine for one in judged],
    })  # fmt: skip
    intake.append_own(conn, [own_event(one) for one in judged])
    conn.execute(_SQL.forget_touches, {"before": at - _KEPT})
    return judged


def own_event(judged: Judged) -> intake.OwnEvent:
    """The event of a touch; its id is made of message, link and second, so it counts once."""
    touch = judged.touch
    clicked = touch.link != machines.OPEN
    properties: dict[str, object] = {
        # a broadcast's messages have a run below zero
        "broadcast" if touch.run < 0 else "journey": touch.journey,
        "version": touch.version, "step": touch.step, "run": touch.run,
        "message": str(touch.message), "channel": touch.channel, "machine": judged.machine,
    }  # fmt: skip
    if clicked:
        properties |= {"link": touch.link, "url": touch.url}
    suffix = "-head" if touch.head else ""
    return intake.OwnEvent(
        message_id=f"touch-{touch.message.hex}-{touch.link}-{_second(touch.at)}{suffix}",
        event="Message Clicked" if clicked else "Message Opened",
        timestamp_ms=clock.to_ms(touch.at), person=touch.person, properties=properties,
    )  # fmt: skip


def _second(at: datetime) -> int:
    return clock.to_ms(at) // 1000


def _plain(agent: str) -> str:
    return "".join(sign for sign in agent[:_MAX_AGENT_CHARS] if sign.isprintable())


def _columns(touches: list[Touch]) -> machines.Touches:
    numbers: dict[uuid.UUID, int] = {}
    return machines.Touches(
        message=np.array(
            [numbers.setdefault(one.message, len(numbers)) for one in touches], dtype=np.int64
        ),
        link=np.array([one.link for one in touches], dtype=np.int32),
        at_ms=np.array([clock.to_ms(one.at) for one in touches], dtype=np.int64),
        handed_ms=np.array(
            [clock.to_ms(one.handed_at) if one.handed_at else 0 for one in touches], dtype=np.int64
        ),
        head=np.array([one.head for one in touches], dtype=np.bool_),
        agent=[one.agent for one in touches],
        links=np.array([one.links for one in touches], dtype=np.int32),
    )
