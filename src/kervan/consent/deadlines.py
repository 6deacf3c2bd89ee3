"""Counts business days: when a deadline of the law ends, by the calendar of its place."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from kervan.consent import packs

_TURKEY = "Europe/Istanbul"
_ONE_DAY = timedelta(days=1)
_YEARS = 2
_CATEGORIES = ("public", "half_day")


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is no business day: days of the week (Monday 0), holidays; and what is half of one.

    `working` are weekend days on which people work. A half day ends at `half_day_from` and is a
    business day unless `half_day_counts` is false. `estimated` are feasts whose day nobody has
    announced yet.
    """

    weekend: frozenset[int] = frozenset({5, 6})
    holidays: Mapping[date, str] = field(default_factory=dict)
    half_days: Mapping[date, str] = field(default_factory=dict)
    working: frozenset[date] = frozenset()
    estimated: frozenset[date] = frozenset()
    half_day_from: time = time(13)
    half_day_counts: bool = True

    def is_business_day(self, day: date) -> bool:
        """Whether people work on `day`."""
        if day in self.working:
            return True
        if day.weekday() in self.weekend or day in self.holidays:
            return False
        return self.half_day_counts or day not in self.half_days

    def end_of(self, day: date) -> time:
        """When the business day `day` ends; midnight (0:00) is that of the next day."""
        return self.half_day_from if day in self.half_days else time(0)


def add_business_days(day: date, count: int, calendar: Calendar) -> date:
    """The business day that is `count` business days after `day`, which itself is not counted.

    With 0, `day` itself or the next business day.
    """
    while count > 0 or not calendar.is_business_day(day):
        day += _ONE_DAY
        if calendar.is_business_day(day):
            count -= 1
            if count <= 0:
                break
    return day


def due(at: datetime, count: int, calendar: Calendar, zone: str) -> datetime:
    """When `count` business days after `at` are over: the end of the last one, in `zone`.

    On a half day that is when it ends. The instant is aware, in UTC as `at` is.
    """
    place = ZoneInfo(zone)
    last = add_business_days(at.astimezone(place).date(), count, calendar)
    ends = calendar.end_of(last)
    if ends == time(0):
        last += _ONE_DAY
    return datetime.combine(last, ends, place).astimezone(at.tzinfo)


def calendar_of(jurisdiction: str, around: date) -> Calendar:
    """The calendar of a jurisdiction (pack key) for the years around a day, two each way.

    One without a country's holidays (EU, unknown) knows weekends only.
    """
    pack = packs.pack(jurisdiction)
    country = pack.value("calendar.country", "") if pack else ""
    if pack is None or not country:
        return Calendar()
    return calendar_in(
        country,
        around.year,
        pack.value("calendar.half_day_from", time(13)),
        half_day_counts=pack.value("calendar.half_day_counts", True),
    )


@cache
def calendar_in(
    country: str, year: int, half_day_from: time = time(13), *, half_day_counts: bool = True
) -> Calendar:
    """The calendar of an ISO 3166 country for the years around `year`, two each way."""
    years = range(year - _YEARS, year + _YEARS + 1)
    found: dict[str, dict[date, str]] = {name: {} for name in _CATEGORIES}
    supported = holidays.country_holidays(country).supported_categories
    for category in _CATEGORIES:
        if category in supported:
            days = holidays.country_holidays(country, years=years, categories=(category,))
            found[category] = dict(days.items())
    public, halves = (found[name] for name in _CATEGORIES)
    working: dict[date, str] = {}
    for one in _own_days():
        if one["country"] == country and one["on"].year in years:
            for known in (public, halves, working):
                known.pop(one["on"], None)
            place = {"holiday": public, "half_day": halves, "working": working}[one["is"]]
            place[one["on"]] = one["source"]
    return Calendar(
        holidays=public,
        half_days={day: name for day, name in halves.items() if day not in public},
        working=frozenset(working),
        estimated=frozenset(
            day for known in (public, halves) for day, name in known.items() if "estimated" in name
        ),
        half_day_from=half_day_from,
        half_day_counts=half_day_counts,
    )


@cache
def _own_days() -> tuple[dict[str, Any], ...]:
    text = resources.files(__package__).joinpath("holidays.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text).get("days", ()))


def in_turkey(at: datetime, days: int) -> datetime:
    """The end of so many Turkish business days after an instant, holidays and half days known."""
    return due(at, days, calendar_of("TR", at.date()), _TURKEY)
