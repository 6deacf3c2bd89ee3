"""Every kind of wait: whom it holds, until when, and by which exit she goes on."""

import numpy as np
import pytest

from kervan.journeys import rule
from kervan.journeys.duration import DAY, HOUR, Duration
from kervan.journeys.steps.step import DUE, MATCH, NEVER, STAY, EventMatch
from kervan.journeys.steps.wait import Best, Day, Wait
from kervan.kernel.i18n import LOCALES
from tests.unit.journeys.steps.asked import Told, before

NOON = 1_795_348_800_000 - 1_795_348_800_000 % DAY + 12 * HOUR
"""A Sunday's noon in UTC: 2026-11-22."""


def _day(text: str) -> int:
    return int(np.datetime64(text, "D").astype(np.int64))


def test_the_noon_is_what_it_says() -> None:
    assert _day("2026-11-22") == NOON // DAY


def test_until_a_time_of_her_own_day() -> None:
    told = Told(zone={1: "Asia/Baku", 2: "Europe/London"})
    exits, due, _ = before(Wait(until_time="10:00"), [NOON, NOON], told)
    assert exits == [STAY, STAY]
    assert due == [NOON + 18 * HOUR, NOON + 22 * HOUR]  # 06:00 and 10:00 UTC of Monday
    shop = Wait(until_time="14:00", on=["mon", "fri"], zone="Asia/Baku")
    assert before(shop, [NOON, NOON], told)[1] == [NOON + 22 * HOUR] * 2
    assert before(shop, [NOON + 22 * HOUR])[1] == [NOON + 22 * HOUR]  # it is that time now
    assert before(shop, [NOON + 22 * HOUR + 1])[1] == [NOON + 22 * HOUR + 4 * DAY]
    assert before(shop, [NOON + 22 * HOUR], cause=DUE)[:2] == ([0], [NEVER])


def test_until_a_date_of_hers() -> None:
    told = Told(day={1: _day("2026-12-24"), 2: _day("2026-12-01")})
    step = Wait(until_date=Day("birthday", -14, "09:30"))
    exits, due, _ = before(step, [NOON] * 3, told)
    # The second one's day is over, and of the third no date is known.
    assert exits == [STAY, 1, 1]
    assert due == [_day("2026-12-10") * DAY + 9 * HOUR + HOUR // 2, NEVER, NEVER]
    assert step.exits() == ("next", "past")
    assert before(step, [NOON], cause=DUE)[0] == [0]
    now = Wait(until_date=Day("renewal", 0, "12:00"))
    assert before(now, [NOON], Told(day={1: NOON // DAY}))[:2] == ([STAY], [NOON])


def test_until_a_segment() -> None:
    inside, outside = (rule.member("vip", inside=one) for one in (True, False))
    told = Told(members={inside: {1}, outside: {2}})
    entered = Wait(until_segment="vip", timeout=Duration(HOUR))
    assert before(entered, [NOON, NOON], told)[:2] == ([0, STAY], [NEVER, NOON + HOUR])
    left = Wait(until_segment_left="vip", timeout=Duration(HOUR))
    assert before(left, [NOON, NOON], told)[:2] == ([STAY, 0], [NOON + HOUR, NEVER])
    assert before(entered, [NOON], cause=MATCH, which=0)[0] == [0]
    assert before(entered, [NOON], cause=DUE)[0] == [1]
    assert [(one.event, one.where[0].eq) for one in entered.listens()] == [
        ("Segment Entered", "vip")
    ]
    assert left.listens()[0].event == "Segment Left"
    assert left.listens() is left.listens()  # matched once per batch, not once per asking
    assert entered.segments() == ["vip"]


def test_the_limit_is_nearer_for_who_reacts() -> None:
    step = Wait(until=[EventMatch("Message Clicked")], timeout=Duration(DAY),
                engaged_timeout=Duration(4 * HOUR))  # fmt: skip
    told = Told(ready={1: 1.0, 2: 0.0})
    assert before(step, [0, 0, 0], told)[1] == [4 * HOUR, DAY, 14 * HOUR]
    assert before(step, [5], cause=MATCH, which=0)[0] == [0]
    assert before(step, [5], cause=DUE)[0] == [1]


def test_the_best_hour() -> None:
    step = Wait(best_time=Best())
    assert before(step, [NOON])[:2] == ([STAY], [NOON])  # nothing is known, the window is open
    assert before(step, [NOON + 10 * HOUR])[1] == [NOON + 21 * HOUR]
    assert before(step, [NOON], cause=DUE)[0] == [0]


@pytest.mark.parametrize(
    ("step", "place", "code"),
    [
        (Wait(), "", "journeys.wait_for_or_until"),
        (Wait(for_=Duration(1), until_time="10:00"), "", "journeys.wait_for_or_until"),
        (Wait(until_segment="vip"), "", "journeys.wait_needs_timeout"),
        (Wait(until_time="25:00"), "until_time", "journeys.clock"),
        (Wait(until_date=Day("birthday", at="noon")), "until_date", "journeys.clock"),
        (Wait(until_date=Day("birthday", 99_999)), "until_date", "journeys.wait_days"),
        (Wait(until_time="10:00", zone="Mars/Phobos"), "zone", "journeys.zone_unknown"),
        (Wait(for_=Duration(1), on=["mon"]), "on", "journeys.wait_goes_with"),
        (
            Wait(until=[EventMatch("A")], timeout=Duration(1), engaged_timeout=Duration(2)),
            "engaged_timeout",
            "journeys.wait_engaged_longer",
        ),
    ],
)
def test_what_makes_no_sense_is_said(step: Wait, place: str, code: str) -> None:
    assert [one[:2] for one in step.problems()] == [(place, code)]


def test_a_date_beyond_all_calendars_is_none() -> None:
    last = 2_932_896  # 9999-12-31
    step = Wait(until_date=Day("never", 0)), Wait(until_date=Day("never", 10))
    told = Told(day={1: last})
    assert before(step[0], [NOON], told)[0] == [STAY]
    assert before(step[1], [NOON], told)[:2] == ([1], [NEVER])


def test_sentences() -> None:
    both = [Wait(until_time="10:00", on=["mon"]), Wait(until_date=Day("birthday", -14))]
    for locale in LOCALES:
        for step in both:
            assert "{" not in step.describe(locale)
            assert not step.describe(locale).startswith("journeys.")
    assert both[0].describe("tr") == (
        "Şu saate kadar bekler: kişinin kendi saatiyle 10:00, şu günlerden birinde: pazartesi."
    )
