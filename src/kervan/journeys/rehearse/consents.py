"""What consent said of people at any instant of the window: the ledger read as of then."""

from dataclasses import dataclass

import numpy as np

from kervan.consent import judge
from kervan.consent.judge import Asked, Codes, Flags, Status
from kervan.consent.look_up import places as jurisdictions
from kervan.journeys import pack
from kervan.journeys.columns import Int64
from kervan.journeys.rehearse.people import Crowd, arrays
from kervan.journeys.steps.step import NEVER
from kervan.kernel import postgres, sql
from kervan.kernel.postgres import Connection

_SQL = sql.load(__package__, "consents.sql")
_BITS = 43
"""Milliseconds until the year 2248 in a key of row and instant."""
_STATUSES = [one.name.lower() for one in Status if one]
_REFUSED = (Status.DENIED, Status.WITHDRAWN)
Mark = tuple[str, str, str]
"""(channel, topic, brand)"""


@dataclass(frozen=True, slots=True)
class _Said:
    """The words of one mark: keys of (row, instant), rising; of equal ones the last counts."""

    key: Int64
    status: Int64
    expires_ms: Int64
    event: Int64
    place: Int64


@dataclass(frozen=True, slots=True)
class _State:
    """The word that counts for each row, status 0 for none; `at_ms` is when it was said."""

    status: Int64
    at_ms: Int64
    expires_ms: Int64
    event: Int64
    place: Int64

    def better(self, other: "_State", where: Flags) -> "_State":
        """The rows of `other` where it says so, else ours."""
        return _State(
            *(
                np.where(where, getattr(other, name), getattr(self, name))
                for name in _State.__slots__
            )
        )


class Consents:
    """The ledger's words on marketing about the people of a crowd."""

    def __init__(self, conn: Connection, crowd: Crowd, marks: list[Mark], otherwise: int) -> None:
        """`marks` are all that will be asked; `otherwise` whose law counts where nobody said."""
        self._crowd = crowd
        self._otherwise = otherwise
        self._places = jurisdictions()
        channels, topics, brands = (sorted({"", *(one[i] for one in marks)}) for i in range(3))
        asked: dict[str, object] = {
            "people": postgres.array(crowd.person.tolist()),
            "channels": channels, "topics": topics, "brands": brands,
            "statuses": _STATUSES, "places": self._places[1:],
        }  # fmt: skip
        small = pack.INT2
        kinds = (
            pack.INT8, small, small, small, small, pack.TIME, pack.TIME, pack.INT8, small,
        )  # fmt: skip
        head, channel, topic, brand, *rest = arrays(conn, _SQL.words, asked, kinds)
        self._said: dict[Mark, tuple[_Said, _Said]] = {}
        row = crowd.rows(head)
        for i, one in enumerate(channels, 1):
            for j, other in enumerate(topics, 1):
                for k, third in enumerate(brands, 1):
                    mine = np.flatnonzero((channel == i) & (topic == j) & (brand == k))
                    if len(mine):
                        columns = [column[mine] for column in rest]
                        self._said[one, other, third] = _sorted(row[mine], columns)

    def judge(self, row: Int64, at_ms: Int64, commercial: Flags, mark: Mark) -> Codes:
        """What consent lets of messages to these rows, each at its instant: judge.Answer."""
        channel, topic, brand = mark
        word = self._word(row, at_ms, channel, "", brand)
        topical = np.zeros(len(row), np.bool_)
        if topic:
            own = self._word(row, at_ms, channel, topic, brand)
            refused = ~np.isin(word.status, (Status.GRANTED, Status.PENDING))
            # As look_up.sql: a word on the topic counts but where the whole channel says later no.
            beaten = (own.status == Status.PENDING) | (refused & (word.at_ms >= own.at_ms))
            topical = (own.status != 0) & ((word.status == 0) | ~beaten)
            word = word.better(own, topical)
        place = np.where(self._crowd.law[row] > 0, self._crowd.law[row], word.place)
        place = np.where(place == 0, self._otherwise, place).astype(np.uint8)
        merchant = self._crowd.merchant[row]
        count = len(row)
        none = np.zeros(count, np.bool_)
        return judge.judge(
            Asked(
                at_ms=at_ms,
                commercial=commercial,
                needed=judge.needed_of(channel, self._places, place, merchant),
                merchant=merchant,
                status=word.status.astype(np.uint8),
                expires_ms=word.expires_ms,
                event=word.event,
                topical=topical,
                branded=np.full(count, bool(brand)),
                checked=none,
                registered=np.zeros(count, np.uint8),
                fresh=none,
            )
        ).answer

    def _word(self, row: Int64, at_ms: Int64, channel: str, topic: str, brand: str) -> _State:
        """The word of a brand; a refusal that names none is one of every brand."""
        own = self._state(row, at_ms, (channel, topic, brand))
        if not brand:
            return own
        any_ = self._state(row, at_ms, (channel, topic, ""))
        counts = np.isin(any_.status, _REFUSED)
        return own.better(any_, counts & ((own.status == 0) | (any_.at_ms >= own.at_ms)))

    def _state(self, row: Int64, at_ms: Int64, mark: Mark) -> _State:
        found = self._said.get(mark)
        if found is None:
            zero = np.zeros(len(row), np.int64)
            return _State(zero, zero, np.full(len(row), NEVER, np.int64), zero, zero)
        said, pending = (_as_of(one, row, at_ms) for one in found)
        return said.better(pending, said.status == 0)


def _sorted(row: Int64, columns: list[Int64]) -> tuple[_Said, _Said]:
    """The words said for good, and those that wait for a confirmation: these count last."""
    status, at_ms, expires, event, place = columns
    order = np.lexsort((-event, status != Status.GRANTED, at_ms, row))
    key = (row << _BITS) + np.maximum(at_ms, 0)
    waits = status == Status.PENDING
    parts = [order[~waits[order]], order[waits[order]]]
    said, pending = (
        _Said(key[one], status[one], expires[one], event[one], place[one]) for one in parts
    )
    return said, pending


def _as_of(said: _Said, row: Int64, at_ms: Int64) -> _State:
    last = np.searchsorted(said.key, (row << _BITS) + at_ms, side="right") - 1
    there = last >= 0
    last = np.maximum(last, 0)
    if not len(said.key):
        zero = np.zeros(len(row), np.int64)
        return _State(zero, zero, np.full(len(row), NEVER, np.int64), zero, zero)
    there &= said.key[last] >> _BITS == row
    return _State(
        np.where(there, said.status[last], 0),
        np.where(there, said.key[last] & ((1 << _BITS) - 1), 0),
        np.where(there, said.expires_ms[last], NEVER),
        np.where(there, said.event[last], 0),
        np.where(there, said.place[last], 0),
    )
