"""The best hour lies in the author's window on her own clock, whatever her clock does."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.delivery.choice import hours, prior
from kervan.delivery.choice.hours import Window
from kervan.delivery.policy.where import Places
from kervan.kernel import clock

ZONES = ("Europe/Istanbul", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "Asia/Baku")
DAY_MS = 86_400_000


def best(
    at: datetime, zones: tuple[str, ...], likes: list[float], begin: int, end: int,
    spread: float = 0.0,
) -> datetime:  # fmt: skip
    """The best instant of one person."""
    found = hours.best(
        np.array([clock.to_ms(at)], np.int64), Places(np.zeros(1, np.int32), (zones,)),
        np.array([likes]), Window(np.array([begin]), np.array([end])), np.array([spread]),
    )  # fmt: skip
    return clock.from_ms(int(found[0]))


def at_hour(*liked: int) -> list[float]:
    """She reacts at these hours, the first the most."""
    likes = [0.0] * 24
    for place, hour in enumerate(liked):
        likes[hour] = 10.0 - place
    return likes


def berlin(text: str) -> datetime:
    """An instant by the clocks of Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))


@settings(max_examples=300)
@given(
    st.integers(0, 400 * 24 * 60),
    st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True),
    st.lists(st.floats(0, 5), min_size=24, max_size=24),
    st.integers(0, 95),
    st.integers(0, 95),
    st.floats(0, 0.999),
)
def test_the_window_is_always_kept(
    minutes: int, zones: list[str], likes: list[float], begin: int, end: int, spread: float
) -> None:
    at = datetime(2026, 1, 1, 0, 0, 17, tzinfo=UTC) + timedelta(minutes=minutes)
    found = best(at, tuple(zones), likes, begin * 15, end * 15, spread)
    assert found >= at
    assert found - at < timedelta(days=3)
    shown = found.astimezone(ZoneInfo(zones[0]))
    minute = shown.hour * 60 + shown.minute
    length = (end - begin) % 96 * 15 or 1440
    assert (minute - begin * 15) % 1440 < length


def test_today_if_it_is_still_to_come_else_tomorrow() -> None:
    likes = at_hour(19)
    assert best(berlin("2026-06-10T12:30"), ("Europe/Berlin",), likes, 540, 1260) == berlin(
        "2026-06-10T19:00"
    )
    assert best(berlin("2026-06-10T20:30"), ("Europe/Berlin",), likes, 540, 1260) == berlin(
        "2026-06-11T19:00"
    )


def test_within_the_hour_she_likes_it_goes_at_once() -> None:
    at = berlin("2026-06-10T19:20")
    assert best(at, ("Europe/Berlin",), at_hour(19), 540, 1260) == at


def test_an_hour_outside_the_window_is_no_choice() -> None:
    found = best(berlin("2026-06-10T12:30"), ("Europe/Berlin",), at_hour(23, 10), 570, 1260)
    assert found == berlin("2026-06-11T10:00")


def test_a_window_may_open_within_an_hour_and_pass_midnight() -> None:
    at = berlin("2026-06-10T12:00")
    assert best(at, ("Europe/Berlin",), at_hour(9), 570, 600) == berlin("2026-06-11T09:30")
    assert best(at, ("Europe/Berlin",), at_hour(1), 1320, 120) == berlin("2026-06-11T01:00")


def test_without_anything_known_the_next_instant_in_the_window() -> None:
    flat = prior.nothing().hours[0].tolist()
    at = berlin("2026-06-10T12:30")
    assert best(at, ("Europe/Berlin",), flat, 540, 1260) == at
    late = berlin("2026-06-10T22:30")
    assert best(late, ("Europe/Berlin",), flat, 540, 1260) == berlin("2026-06-11T09:00")


def test_clocks_that_skip_or_repeat_the_hour() -> None:
    spring = best(berlin("2026-03-28T20:00"), ("Europe/Berlin",), at_hour(2), 0, 0)
    assert spring.astimezone(ZoneInfo("Europe/Berlin")).hour != 2, "there is no such hour"
    autumn = best(berlin("2026-10-24T20:00"), ("Europe/Berlin",), at_hour(2), 0, 0)
    assert autumn == datetime(2026, 10, 25, 0, 0, tzinfo=UTC), "the first of the two"
    after = best(berlin("2026-03-28T20:00"), ("Europe/Berlin",), at_hour(9), 0, 0)
    assert after.astimezone(ZoneInfo("Europe/Berlin")).hour == 9


def test_in_several_zones_it_is_in_the_window_in_all() -> None:
    found = best(
        berlin("2026-06-10T12:30"), ("Europe/London", "Asia/Baku"), at_hour(9, 18), 540, 1260
    )
    assert found.astimezone(ZoneInfo("Europe/London")).hour == 9
    found = best(
        berlin("2026-06-10T12:30"), ("Europe/London", "Asia/Baku"), at_hour(20, 10), 540, 1260
    )
    assert found.astimezone(ZoneInfo("Europe/London")).hour == 10, "at 20 it is 23 in Baku"


def test_her_own_reactions_outweigh_what_is_usual() -> None:
    usual = np.zeros((1, 24))
    usual[0, 12] = 1.0
    own = np.zeros((1, 24), np.int64)
    assert hours.liking(own, usual).argmax() == 12
    own[0, 20] = 12
    assert hours.liking(own, usual).argmax() == 20


def test_many_are_strewn_over_the_hour() -> None:
    at = berlin("2026-06-10T12:30")
    found = best(at, ("Europe/Berlin",), at_hour(19), 540, 1170, 0.5)
    assert found == berlin("2026-06-10T19:15"), "half of what the window leaves of the hour"
    assert found - at < timedelta(milliseconds=DAY_MS)
