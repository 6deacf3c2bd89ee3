"""People's shares of their caps: who is being counted is locked, what went is counted, what goes
takes its place, all in the transaction in which the gate decides."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np

from kervan.delivery.books import Claim
from kervan.delivery.policy.caps import Codes, Marked, Past
from kervan.kernel import clock, postgres, sql
from kervan.kernel.arrays import Int4s, Int8s, Texts, Uuids
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "slots.sql")
KEPT = timedelta(days=100)
"""So long a place is kept: longer than any window, and than messages live."""


class Taken(NamedTuple):
    """A message that goes, and when the gate said so."""

    claim: Claim
    at: datetime


def hold(conn: Connection, heads: Iterable[int]) -> None:
    """Let nobody else count or take places of these people until the transaction ends.

    To be called before anything is counted, and once: locks are taken in the order of numbers.
    """
    people = {"people": postgres.array(sorted(set(heads)))}
    conn.execute(_SQL.add_people, people)
    conn.execute(_SQL.hold, people)


def past(
    conn: Connection, heads: Sequence[int], since: datetime, classes: Sequence[str],
    marks: Marked,
) -> Past:  # fmt: skip
    """What the profiles of `heads` had or are getting since then; `person` are places in `heads`.

    Channels, topics and brands are codes into those of `marks`, -1 for others.
    """
    rows = conn.execute(
        _SQL.past, {"heads": postgres.array(heads), "since": since, "classes": list(classes)}
    ).fetchall()
    if not rows:
        none = np.zeros(0, np.int32)
        return Past(none, np.zeros(0, np.int64), _marked(marks, none, none, none))
    places, at_ms, channel, topic, brand = zip(*rows, strict=True)
    return Past(
        np.array(places, np.int32) - 1,
        np.array(at_ms, np.int64),
        _marked(
            marks, codes(channel, marks.channels), codes(topic, marks.topics),
            codes(brand, marks.brands),
        ),
    )  # fmt: skip


def codes(texts: Iterable[str], words: Sequence[str]) -> Codes:
    """Texts as places in `words`, -1 for others."""
    known = {word: place for place, word in enumerate(words)}
    return np.array([known.get(one, -1) for one in texts], np.int32)


def take(conn: Connection, going: Sequence[Taken]) -> None:
    """Write down that these go; a message has one place, that of its last attempt."""
    if not going:
        return
    claims = [one.claim for one in going]
    conn.execute(
        _SQL.take,
        {
            "messages": Uuids(one.subject.message.bytes for one in claims),
            "attempts": Int4s([one.attempt for one in claims]),
            "people": Int4s([one.subject.person for one in claims]),
            "at": Int8s([clock.to_ms(one.at) for one in going]),
            "channels": Texts(one.subject.channel for one in claims),
            "classes": Texts(one.message_class for one in claims),
            "topics": Texts(one.topic for one in claims),
            "brands": Texts(one.brand for one in claims),
        },
    )


def tidy(conn: Connection, at: datetime) -> int:
    """Forget places that no cap can ask about any more; gives how many."""
    return conn.execute(_SQL.tidy, {"before": at - KEPT}).rowcount


def counts(conn: Connection, message: uuid.UUID) -> bool:
    """Whether a message has a place that counts at this moment."""
    return conn.execute(_SQL.counts, {"message": message}).fetchone() is not None


def _marked(marks: Marked, channel: Codes, topic: Codes, brand: Codes) -> Marked:
    return Marked(channel, topic, brand, marks.channels, marks.topics, marks.brands)
