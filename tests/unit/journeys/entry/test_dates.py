"""People are called on a date of theirs, at a time of their own day, once for each date."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.journeys.entry.dates import Dates, days_between
from kervan.journeys.triggers.trigger import Date
from kervan.kernel import clock
from tests.unit.journeys.entry.conftest import ZONE, called, publish
from tests.unit.segments.shop import Shop

HOUR_MS, DAY_MS = 3_600_000, 86_400_000


def _knows(shop: Shop, user: str, **traits: str) -> int:
    shop.happen({"type": "identify", "userId": user, "messageId": f"t-{user}-{traits}",
                 "traits": traits})  # fmt: skip
    return shop.person(user)


def _noon(day: date, zone_hours: int) -> int:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - timedelta(hours=zone_hours)
    return clock.to_ms(at)


def test_a_birthday_is_called_at_the_time_of_her_own_day(shop: Shop) -> None:
    today = clock.now().date() + timedelta(days=2)
    publish(shop, '{date: {field: birthday, at: "12:00"}}')
    near = _knows(shop, "ayşe", birthday=f"1990-{today:%m-%d}")
    far = _knows(shop, "fatma", timezone="America/Lima", birthday=f"1990-{today:%m-%d}")
    _knows(shop, "zeynep", birthday=f"1990-{today + timedelta(days=1):%m-%d}")
    dates = Dates(ZONE)
    noon_ms = _noon(today, 3)
    dates.step(shop.conn, shop.house.history, noon_ms - 1)
    assert called(shop) == []
    dates.step(shop.conn, shop.house.history, noon_ms)
    shop.conn.commit()
    assert called(shop) == [(near, noon_ms)]
    # Somebody else takes over, and looks at hours that were looked at already.
    shop.conn.execute("delete from journey_looked")
    Dates(ZONE).step(shop.conn, shop.house.history, noon_ms + 9 * HOUR_MS)
    shop.conn.commit()
    assert called(shop) == [(near, noon_ms), (far, noon_ms + 8 * HOUR_MS)]


def test_some_days_before_a_date_of_a_contract(shop: Shop) -> None:
    today = clock.now().date() + timedelta(days=2)
    publish(shop, '{date: {field: renewal, days: -14, at: "12:00"}}')
    her = _knows(shop, "ayşe", renewal=str(today + timedelta(days=14)))
    _knows(shop, "fatma", renewal=str(today + timedelta(days=13)))
    _knows(shop, "zeynep", renewal="soon")
    noon_ms = _noon(today, 3)
    Dates(ZONE).step(shop.conn, shop.house.history, noon_ms + HOUR_MS)
    shop.conn.commit()
    assert called(shop) == [(her, noon_ms)]
    Dates(ZONE).step(shop.conn, shop.house.history, noon_ms + 2 * HOUR_MS)
    assert called(shop) == [(her, noon_ms)]


def test_who_was_born_on_the_leap_day_has_a_birthday_each_year(shop: Shop) -> None:
    publish(shop, '{date: {field: birthday, at: "12:00"}}')
    her = _knows(shop, "ayşe", birthday="2000-02-29")
    noon_ms = _noon(date(2027, 2, 28), 3)
    Dates(ZONE).step(shop.conn, shop.house.history, noon_ms)
    shop.conn.commit()
    assert called(shop) == [(her, noon_ms)]


@pytest.mark.parametrize("at", ["02:30", "00:00"])
@settings(max_examples=10)
@given(
    zone=st.sampled_from(["Europe/Berlin", "America/Havana", "Australia/Lord_Howe", "Asia/Baku"]),
    cuts=st.lists(st.integers(0, 400 * 24), max_size=8),
)
def test_each_day_comes_once_however_often_one_looks(at: str, zone: str, cuts: list[int]) -> None:
    begin = clock.to_ms(datetime(2026, 1, 1, tzinfo=UTC))
    ends = sorted({0, 400 * 24, *cuts})
    said = Date("birthday", at=at)
    found = [
        day.meant
        for first, last in pairwise(ends)
        for day in days_between(said, [zone], begin + first * HOUR_MS, begin + last * HOUR_MS)
    ]
    assert len(found) == len(set(found))
    assert len(found) in (399, 400, 401)
    assert found == sorted(found)
