"""Windows over events: their edges, and when the answer changes by time alone."""

from dataclasses import replace

import numpy as np
import pytest

from kervan.segments.columns import NEVER
from kervan.segments.evaluate.asking import Asking
from kervan.segments.lower import Core
from kervan.segments.tree import (
    Between,
    Calendar,
    Days,
    Event,
    Ever,
    Fact,
    Filter,
    Last,
    Next,
    Number,
    Since,
    Span,
    Text,
    Time,
    Trait,
    Window,
    Yearly,
)
from kervan.segments.zones import to_local
from tests.unit.segments.evaluate.world import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    E,
    ask,
    events,
    flips,
    holds,
    ms,
    people,
    words,
)

MONTH = Last(Span(30))


def _orders(window: Window, test: Number | None = None) -> Event:
    return Event(("Order",), window=window, test=test or Number("gte", 1))


def test_the_last_days_are_half_open() -> None:
    old = NOW - 30 * DAY
    done = [E(0, NOW), E(1, NOW + 1), E(2, old), E(3, old + 1)]
    assert holds(_orders(MONTH), done) == "x--x"
    assert flips(_orders(MONTH), done) == [NOW + 30 * DAY, NOW + 1, NEVER, NOW + 1]
    assert holds(_orders(MONTH), done, at=NOW + 1) == "xx--"


def test_a_skipped_time_is_half_open_too() -> None:
    window = Last(Span(90), Span(30))
    done = [E(0, NOW), E(1, NOW - 30 * DAY), E(2, NOW - 90 * DAY), E(3, NOW - 90 * DAY + 1)]
    assert holds(_orders(window), done) == "-x-x"
    assert flips(_orders(window), done) == [NOW + 30 * DAY, NOW + 60 * DAY, NEVER, NOW + 1]
    older = Last(None, Span(30))
    assert holds(_orders(older), done) == "-xxx"
    assert flips(_orders(older), done) == [NOW + 30 * DAY, NEVER, NEVER, NEVER]
    assert holds(_orders(Last(Span(5), Span(5))), done) == "----"


@pytest.mark.parametrize(
    ("test", "held", "leaves"),
    [  # four orders 1 to 4 days ago: the oldest leaves first
        (Number("gte", 1), "x", 1),
        (Number("gte", 4), "x", 4),
        (Number("gt", 2), "x", 3),
        (Number("gte", 5), "-", None),
        (Number("lt", 2), "-", 2),
        (Number("lte", 3), "-", 4),
        (Number("lt", 5), "x", None),
        (Number("eq", 4), "x", 4),
        (Number("eq", 2), "-", 3),
        (Number("eq", 0), "-", 1),
        (Number("eq", 9), "-", None),
        (Number("eq", 1.5), "-", None),
        (Number("ne", 4), "-", 4),
        (Number("ne", 1.5), "x", None),
        (Number("between", 1, 2), "-", 3),
        (Number("between", 2, 9), "x", 2),
        (Number("between", 3.2, 3.8), "-", None),
        (Number("gte", -1), "x", None),
        (Number("lt", 0), "-", None),
    ],
)
def test_a_count_waits_for_the_event_that_matters(
    test: Number, held: str, leaves: int | None
) -> None:
    done = [E(0, NOW - days * DAY) for days in (1, 2, 3, 4)]
    node = _orders(MONTH, test)
    assert holds(node, done) == held
    wanted = NEVER if leaves is None else NOW + (30 - leaves) * DAY
    assert flips(node, done) == [wanted]
    if leaves is not None:
        assert holds(node, done, at=wanted - 1) == held != holds(node, done, at=wanted)


def test_calendar_units_are_the_persons_own() -> None:
    who = replace(people(3), zone=words(["Europe/Istanbul", "UTC", "UTC"]))
    eve = ms("2026-10-31T21:00+00:00")  # November already in Istanbul
    done = [E(0, eve), E(1, eve)]
    month = _orders(Calendar("month"))
    assert holds(month, done, who) == "x--"
    assert flips(month, done, who) == [ms("2026-11-30T21:00+00:00"), NEVER, NEVER]
    before = _orders(Calendar("month", back=1))
    assert holds(before, done, who) == "-x-"
    assert flips(before, done, who)[:2] == [ms("2026-11-30T21:00+00:00"), ms("2026-12-01T00:00Z")]
    assert holds(_orders(Calendar("month", back=0, count=2)), done, who) == "xx-"


def test_today_ends_now_for_events() -> None:
    done = [E(0, NOW + HOUR), E(1, NOW - 13 * HOUR), E(2, NOW - 20 * HOUR)]
    today = _orders(Calendar("day"))
    assert holds(today, done) == "-x-"
    assert flips(today, done) == [NOW + HOUR, ms("2026-11-23T00:00+03:00"), NEVER]


def test_between_dates() -> None:
    done = [E(0, ms("2026-11-20T00:00+03:00")), E(1, ms("2026-11-20T00:00+03:00") - 1),
            E(2, ms("2026-11-22T00:00+03:00")), E(3, NOW + HOUR)]  # fmt: skip
    assert holds(_orders(Between("2026-11-20", "2026-11-21")), done) == "x---"
    assert holds(_orders(Between("2026-11-20")), done) == "x-x-"
    assert flips(_orders(Between("2026-11-20")), done) == [NEVER, NEVER, NEVER, NOW + HOUR]
    assert flips(_orders(Between("2026-11-20", "2026-11-21")), done) == [NEVER] * 4
    exact = Between("2026-11-19T21:00:00Z", "2026-11-19T21:00:00.001Z")
    assert holds(_orders(exact), done) == "x---"
    assert holds(_orders(Between("2027-01-01")), done) == "----"
    assert holds(_orders(Next(Span(3))), done) == "----"


def test_ever_changes_with_what_is_dated_ahead_only() -> None:
    done = [E(0, NOW), E(1, NOW + 5), E(2, NOW), E(2, NOW + 5)]
    assert holds(_orders(Ever()), done) == "x-x"
    assert flips(_orders(Ever()), done) == [NEVER, NOW + 5, NEVER]
    assert flips(_orders(Ever(), Number("eq", 1)), done) == [NEVER, NOW + 5, NOW + 5]


def test_since_the_last_or_the_first_of_others() -> None:
    done = [
        E(0, NOW - 5, "View"), E(0, NOW - 4), E(0, NOW - 3, "View"),  # order between
        E(1, NOW - 5, "View"), E(1, NOW - 5), E(1, NOW - 4, "View"), E(1, NOW - 4),  # same instants
        E(2, NOW - 5), E(2, NOW + 5, "View"),  # no view yet
        E(3, NOW - 5, "View"), E(3, NOW - 4),
        E(4, NOW - 5, "View"),
    ]  # fmt: skip
    assert holds(_orders(Since(("View",))), done) == "--xx-"
    assert holds(_orders(Since(("View",), first=True)), done) == "xxxx-"
    assert flips(_orders(Since(("View",))), done) == [NEVER, NEVER, NOW + 5, NEVER, NEVER]
    assert holds(_orders(Since(("View",))), done, at=NOW + 5) == "---x-"
    web = (Filter("@channel", Text("eq", ("web",))),)
    assert holds(_orders(Since(("View",), web)), done) == "xxxx-"


def test_each_person_is_asked_at_her_own_instant() -> None:
    done = [E(0, NOW - DAY), E(1, NOW - DAY)]
    early = ask(_orders(Last(Span(2))), done, at=NOW - 2 * DAY)
    late = ask(_orders(Last(Span(2))), done, at=NOW)
    assert early.holds.tolist() == [False, False]
    assert late.holds.tolist() == [True, True]
    assert early.flip_at_ms.tolist() == [NOW - DAY] * 2
    assert late.flip_at_ms.tolist() == [NOW + DAY] * 2


def test_a_calendar_window_waits_for_the_event_that_matters() -> None:
    three = Calendar("day", count=3)
    done = [E(0, NOW - 2 * DAY), E(0, NOW - DAY), E(1, NOW - 2 * DAY), E(2, NOW - 9 * DAY)]
    assert flips(_orders(three), done) == [
        ms("2026-11-24T00:00+03:00"), ms("2026-11-23T00:00+03:00"), NEVER,
    ]  # fmt: skip
    assert flips(_orders(three, Number("gte", 2)), done)[0] == ms("2026-11-23T00:00+03:00")
    later = _orders(Calendar("week", back=2))
    assert flips(later, done) == [ms("2026-11-30T00:00+03:00")] * 2 + [ms("2026-11-23T00:00+03:00")]
    assert holds(later, done, at=ms("2026-11-23T00:00+03:00")) == "--x"


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/St_Johns", "2010-11-06T21:00-03:30"),  # 00:01 becomes 23:01 of the day before
        ("America/Sao_Paulo", "2018-11-03T21:00-03:00"),  # midnight is left out
        ("Asia/Beirut", "2020-10-24T12:00+03:00"),  # 24:00 becomes 23:00
        ("Pacific/Apia", "2011-12-29T06:00-10:00"),  # a day is left out
        ("Europe/Istanbul", "2026-10-31T12:00+03:00"),
    ],
)
def test_no_answer_changes_before_it_says(zone: str, day: str) -> None:
    start, count = ms(day), 180
    ats = start + np.arange(count) * 10 * MINUTE
    who = people(count, zone)  # one and the same person, asked again and again
    who.moments["t"] = np.full(count, start + 200 * MINUTE, np.int64)
    born = (to_local(who.zone, who.moments["t"]) // DAY).astype("datetime64[D]")
    month = born.astype("datetime64[M]")
    days = month.astype(np.int64) % 12 * 100 + 100 + (born - month).astype(np.int64) + 1
    who = replace(who, birthday=days.astype(np.uint16))
    nodes: list[Core] = [
        *(_orders(Calendar(unit, back, size), test)
          for unit in ("day", "month") for back in (0, 1) for size in (1, 2)
          for test in (Number("gte", 1), Number("eq", 2), Number("lt", 1))),
        *(Trait("t", Time(Calendar(unit, back)))
          for unit in ("day", "month") for back in (0, 1, -1)),
        *(Fact("birthday", Yearly(before, after)) for before in (0, 1) for after in (0, 1)),
        Trait("t", Yearly()),
        Event(("Order",), window=Calendar("day"), measure=Days(), test=Number("eq", 1)),
    ]  # fmt: skip
    for minutes in (0, 160, 181, 190, 220, 250, 500):
        mine = [start + minutes * MINUTE, start + (minutes + 300) * MINUTE]
        done = events([E(i, at) for i in range(count) for at in mine])
        asking = Asking(who, done, ats)
        for node in nodes:
            answer = asking.answer(node)
            assert (answer.flip_at_ms > ats).all()
            changes = np.flatnonzero(answer.holds[1:] != answer.holds[:-1]) + 1
            until = np.append(ats, NEVER)[np.append(changes, count)]  # of the next change
            after = until[np.searchsorted(changes, np.arange(count), side="right")]
            assert (answer.flip_at_ms <= after).all(), (node, minutes)
