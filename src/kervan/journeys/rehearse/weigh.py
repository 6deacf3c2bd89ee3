"""What a rehearsal's messages mean to people: how many a week, beside whose, with what echo."""

from math import sqrt

import msgspec
import numpy as np

from kervan.delivery.policy.where import local
from kervan.journeys.rehearse.cast import MINE
from kervan.journeys.rehearse.past import Got, Words
from kervan.journeys.rehearse.people import DAY_MS
from kervan.kernel import clock, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "people.sql")
OVER = (1, 2, 3, 5, 7)
_KEY_BITS = 43
_SURE = 1.96  # the normal quantile of a two-sided 95 % interval
_OBSERVED_MS = 90 * DAY_MS


class Weekly(msgspec.Struct, frozen=True):
    """How many of those who get anything get more than `over` messages in some week."""

    over: int
    people: int
    share: float


class Collision(msgspec.Struct, frozen=True):
    """Another journey: our messages that fall within a day of one of its own, and how many caps
    kept back because of the other's, of ours and of its."""

    journey: str
    within_a_day: int
    ours_kept_back: int
    theirs_kept_back: int


class Reaction(msgspec.Struct, frozen=True):
    """A range, no forecast: what so many messages would bring at the rates that were observed.

    `low` and `high` are the 95 % interval of the rate (Wilson) times our messages.
    """

    channel: str
    what: str
    low: int
    high: int
    observed: int


def weekly(got: Got, zone: str) -> list[Weekly]:
    """By people and their local weeks (Monday to Sunday), whatever journey it was of."""
    day = local(zone, got.at_ms) // DAY_MS
    week = (day + 3) // 7
    person, counts = np.unique(got.row << 20 | week, return_counts=True)
    people, where = np.unique(person >> 20, return_inverse=True)
    most = np.zeros(len(people), np.int64)
    np.maximum.at(most, where, counts)
    found: list[Weekly] = []
    for over in OVER if len(people) else ():
        some = int((most > over).sum())
        found.append(Weekly(over, some, round(some / max(len(people), 1), 4)))
    return found


def beside(got: Got, words: Words, kept: dict[tuple[int, int], int]) -> list[Collision]:
    """Our messages beside those of each other journey."""
    ours = got.take(got.journey == MINE - 1)
    found = []
    for code, name in enumerate(words.journeys):
        if code == MINE - 1:
            continue
        theirs = got.take(got.journey == code)
        keys = np.sort((theirs.row << _KEY_BITS) + theirs.at_ms)
        mine = (ours.row << _KEY_BITS) + ours.at_ms
        first = np.searchsorted(keys, mine - DAY_MS, side="right")
        last = np.searchsorted(keys, mine + DAY_MS)
        near = int((last > first).sum())
        line = Collision(name, near, kept.get((MINE - 1, code), 0), kept.get((code, MINE - 1), 0))
        if near or line.ours_kept_back or line.theirs_kept_back:
            found.append(line)
    return sorted(found, key=lambda one: (-one.within_a_day, one.journey))


def reactions(conn: Connection, went: dict[str, int], to_ms: int) -> list[Reaction]:
    """Ranges of opens and clicks by the rates of the ninety days before the window's end."""
    when = {"since": clock.from_ms(to_ms - _OBSERVED_MS), "until": clock.from_ms(to_ms)}
    found = []
    for channel, sent, opened, clicked in conn.execute(_SQL.observed, when).fetchall():
        for what, count in (("opened", opened), ("clicked", clicked)):
            if channel in went and count:
                low, high = _wilson(count, sent)
                ours = went[channel]
                found.append(Reaction(channel, what, int(low * ours), round(high * ours), sent))
    return found


def _wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    share, square = count / of, _SURE * _SURE / of
    middle = (share + square / 2) / (1 + square)
    half = _SURE * sqrt(share * (1 - share) / of + square / of / 4) / (1 + square)
    return max(middle - half, 0.0), min(middle + half, 1.0)
