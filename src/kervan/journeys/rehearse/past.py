"""What people really got, or would have got so far: what caps count and messages collide with."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kervan.delivery.policy.caps import LONGEST_MS
from kervan.delivery.states import MARKETING, TRANSACTIONAL
from kervan.journeys import pack
from kervan.journeys.columns import Int64
from kervan.journeys.rehearse.cast import Cast
from kervan.journeys.rehearse.people import Crowd, arrays
from kervan.kernel import clock, postgres, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "people.sql")
CLASSES = (MARKETING, TRANSACTIONAL, "legal")


@dataclass(frozen=True, slots=True)
class Words:
    """The texts behind codes: channels, topics, brands of messages, and the journeys they are of.

    The journeys that play come first, by the number of their version less one.
    """

    channels: tuple[str, ...]
    topics: tuple[str, ...]
    brands: tuple[str, ...]
    journeys: tuple[str, ...]


@dataclass(slots=True)
class Got:
    """Messages people got, one row each: `row` of the crowd, when, and codes of `Words`."""

    row: Int64
    at_ms: Int64
    channel: Int64
    topic: Int64
    brand: Int64
    marketing: Int64
    journey: Int64

    def __len__(self) -> int:
        return len(self.row)

    def take(self, some: object) -> "Got":
        """These of them: places, a slice, or a mask."""
        return Got(*(getattr(self, name)[some] for name in Got.__slots__))

    def join(self, other: "Got") -> "Got":
        """Ours, then theirs."""
        return Got(
            *(np.concatenate([getattr(self, name), getattr(other, name)]) for name in Got.__slots__)
        )


def nothing(count: int = 0) -> Got:
    """So many empty rows."""
    return Got(*(np.zeros(count, np.int64) for _ in Got.__slots__))


def really(
    conn: Connection, crowd: Crowd, cast: Cast, rules: Sequence[tuple[str, ...]],
    window: tuple[int, int],
) -> tuple[Words, Got]:  # fmt: skip
    """What these people really got before the window, and of other journeys within it.

    `rules` are the (channels, topics, brands) that policies name. What journeys that play sent in
    the window is left out: they send it again.
    """
    began, ended = window
    when = {
        "since": clock.from_ms(began - LONGEST_MS), "from": clock.from_ms(began),
        "until": clock.from_ms(ended),
    }  # fmt: skip
    found = conn.execute(_SQL.went_marks, when).fetchone() or ((), (), (), ())
    channels, topics, brands, journeys = (set(one or ()) for one in found)
    for sent in cast.sends.values():
        channels |= set(sent.channels)
        topics.add(sent.topic)
        brands.add(sent.brand)
    played = [cast.key(one) for one in sorted(cast.book.versions)]
    words = Words(
        tuple(sorted(channels.union(rules[0]))),
        tuple(sorted(topics.union(rules[1]))),
        tuple(sorted(brands.union(rules[2]))),
        (*played, *sorted(journeys - set(played))),
    )
    asked = {
        **when, "channels": list(words.channels), "topics": list(words.topics),
        "brands": list(words.brands), "journeys": list(words.journeys), "played": played,
        "classes": list(CLASSES), "people": postgres.array(crowd.person.tolist()),
    }  # fmt: skip
    small = pack.INT2
    kinds = (pack.INT8, pack.TIME, small, small, small, small, small)
    person, at_ms, channel, topic, brand, marketing, journey = arrays(conn, _SQL.went, asked, kinds)
    got = Got(crowd.rows(person), at_ms, channel - 1, topic - 1, brand - 1, marketing, journey - 1)
    return words, got.take(np.lexsort((got.journey, got.channel, got.at_ms, got.row)))
