"""Calls people on a date of theirs: their birthday, or some days before a contract ends.

What is asked of everybody is asked once for each time of day that has come in some zone: whose date
is the one that is meant there. The 29th of February is kept on the 28th in a year without one.
"""

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from clickhouse_connect.driver.client import Client

from kervan.journeys.entry import calling
from kervan.journeys.entry.calling import AT_ONCE, Call, Calling, Callings
from kervan.journeys.triggers import instant
from kervan.journeys.triggers.trigger import Date
from kervan.kernel import clock, log, sql
from kervan.kernel.postgres import Connection
from kervan.segments.columns import Int64, Uint32
from kervan.segments.mirror.dates import is_birthday

_SQL = sql.load(__package__, "dates.sql")
_STORE = sql.load(__package__, "store.sql")
_log = log.get("journeys")
GRACE_MS = 12 * 3_600_000
"""What nobody was awake for is caught up this long; a greeting of the day before is none."""
DAY_MS = 86_400_000
_ANEW_MS = 600_000
_EPOCH = date(1970, 1, 1)


class Day(NamedTuple):
    """A local day on which it is time in a zone: when, and which date of hers is meant."""

    zone: str
    at_ms: int
    meant: date


class _Found(NamedTuple):
    """Who is to be called, some of whom are already; the window ends at `until_ms`."""

    until_ms: int
    days: list[Day]
    people: Uint32
    which: Int64


class Dates:
    """The journeys of one workspace that begin on dates of people; `zone` is its own."""

    def __init__(self, zone: str) -> None:
        self._callings = Callings("date", zone)
        self._zone = zone
        self._found: dict[int, _Found] = {}
        self._zones: list[str] = []
        self._zones_at_ms = -_ANEW_MS

    def step(self, conn: Connection, history: Client, at_ms: int) -> bool:
        """Call those whose time has come, at most AT_ONCE; the caller commits.

        There is never more to do at once: everybody's events go before.
        """
        mine = self._callings.now(conn)
        if not mine:
            return False
        live = {one.journey for one in mine}
        self._found = {journey: one for journey, one in self._found.items() if journey in live}
        looked = _looked(conn, mine)
        for one in mine:
            until_ms = looked.get(one.journey, one.since_ms)
            found = self._found.pop(one.journey, None)
            if found is None:
                found = self._look(history, one, max(until_ms, at_ms - GRACE_MS), at_ms)
                _tell_missed(one, until_ms, at_ms)
            if found is not None and self._call(conn, one, found):
                return False
        return False

    def _look(self, history: Client, one: Calling, after_ms: int, at_ms: int) -> _Found | None:
        """Whose date it is since `after_ms`; None when it was time nowhere."""
        said = one.definition.header.trigger.date
        assert said is not None
        if at_ms - self._zones_at_ms >= _ANEW_MS:
            self._zones = [zone for (zone,) in history.query(_SQL.zones).result_rows]
            self._zones_at_ms = at_ms
        known = [zone for zone in self._zones if zone and instant.known(zone)]
        strange = sorted(set(self._zones) - set(known))
        zones = sorted({*known, self._zone})
        days = [
            day for day in days_between(said, zones, after_ms, at_ms)
            if calling.open_between(one, [day.at_ms])
        ]  # fmt: skip
        if not days:
            return None
        people, which = _ask(history, said, days, strange, self._zone)
        return _Found(at_ms, days, people, which)

    def _call(self, conn: Connection, one: Calling, found: _Found) -> bool:
        """Call the next of them; True when that was as many as may be called at once."""
        said = one.definition.header.trigger.date
        assert said is not None
        rows = zip(found.people[:AT_ONCE].tolist(), found.which[:AT_ONCE].tolist(), strict=True)
        calls = [_one(person, found.days[which], said) for person, which in rows]
        calling.call(conn, one, "date", calls)
        if len(found.people) > AT_ONCE:
            rest = found.people[AT_ONCE:], found.which[AT_ONCE:]
            self._found[one.journey] = _Found(found.until_ms, found.days, *rest)
            return True
        until = clock.from_ms(found.until_ms)
        conn.execute(_STORE.look, {"journey": one.journey, "until": until, "change": 0})
        return len(calls) > AT_ONCE // 2


def _looked(conn: Connection, mine: list[Calling]) -> dict[int, int]:
    rows = conn.execute(_STORE.looked, {"journeys": [one.journey for one in mine]}).fetchall()
    since = {one.journey: one.since_ms for one in mine}
    return {journey: max(clock.to_ms(until), since[journey]) for journey, until, _ in rows}


def _tell_missed(one: Calling, until_ms: int, at_ms: int) -> None:
    if until_ms < at_ms - 2 * DAY_MS:
        # Nobody looked for so long that it was time somewhere, and it is too late by now.
        _log.warning("journey_dates_missed", journey=one.key, hours=(at_ms - until_ms) // 3_600_000)


def _one(person: int, day: Day, said: Date) -> Call:
    meant = day.meant.isoformat()
    return Call(person, meant, day.at_ms, {"field": said.field, "date": meant})


def days_between(said: Date, zones: list[str], after_ms: int, until_ms: int) -> list[Day]:
    """The days at whose time `at` it became time after `after_ms`, up to and with `until_ms`."""
    clock_ms = (instant.clock_minutes(said.at) or 0) * 60_000
    found = []
    for zone in zones:
        first = instant.to_local(after_ms, zone) // DAY_MS - 1
        last = instant.to_local(until_ms, zone) // DAY_MS + 1
        for number in range(first, last + 1):
            at_ms = instant.to_instant(number * DAY_MS + clock_ms, zone)
            if after_ms < at_ms <= until_ms:
                meant = _EPOCH + timedelta(days=number - said.days)
                found.append(Day(zone, at_ms, meant))
    return found


def _ask(
    history: Client, said: Date, days: list[Day], strange: list[str], own: str
) -> tuple[Uint32, Int64]:
    """(people, the place of each one's day in `days`), by rising person."""
    places = list(range(len(days)))
    asked: dict[str, object] = {"strange": strange, "own": own}
    if is_birthday(said.field):
        numbers = [day.meant.month * 100 + day.meant.day for day in days]
        for i, day in enumerate(days):
            if numbers[i] == 228 and not _is_leap(day.meant.year):
                places.append(i)
                numbers.append(229)
        text = _SQL.birthdays
        asked["days"] = numbers
    else:
        text = _SQL.moments
        midnights = [(day.meant - _EPOCH).days * DAY_MS for day in days]
        asked |= {
            "field": said.field,
            "starts": _instants(midnights, days),
            "ends": _instants([one + DAY_MS for one in midnights], days),
        }
    asked["zones"] = [days[place].zone for place in places]
    raw = history.raw_query(text, parameters=asked, fmt="RowBinary")
    rows = np.frombuffer(raw, np.dtype([("person", "<u4"), ("which", "<u2")]))
    which = np.array(places, np.int64)[rows["which"].astype(np.int64)]
    return rows["person"].astype(np.uint32), which


def _instants(local_ms: list[int], days: list[Day]) -> list[int]:
    pairs = zip(local_ms, days, strict=True)
    return [instant.to_instant(one, day.zone) for one, day in pairs]


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
