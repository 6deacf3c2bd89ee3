"""Clock times in all zones: a missing one comes at the next instant, a doubled one once."""

from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

import numpy as np

from kervan.journeys.steps import local
from kervan.segments import zones
from kervan.segments.zones import DAY_MS

FIRST_DAY, DAYS = 14_245, 3_653  # ten years from 2009-01-01: two dateline jumps, and no DST at all
MINUTES = (0, 150, 600)


def test_every_zone_every_day_ten_years() -> None:
    tried = 0
    days = np.arange(FIRST_DAY, FIRST_DAY + DAYS)
    for name in _different():
        one = [name] * DAYS
        where = local.words(one)
        for minute in MINUTES:
            wanted = days * DAY_MS + minute * 60_000
            at = local.of_day(one, days, minute)
            shown = zones.to_local(where, at)
            right = shown == wanted
            # Missing: clocks jump over it at that very instant, so a moment before it is earlier.
            assert (shown[~right] > wanted[~right]).all(), name
            before = zones.to_local(where, at - 1000)
            assert (before < wanted).all(), name
            # Waiting from anywhere in the day before, each is met once and in order.
            assert (np.diff(at) >= 0).all(), name
            again = local.on_clock(one, at + 1, minute)
            assert (again > at).all(), name
            assert ((again[:-1] <= at[1:]) | (at[1:] == at[:-1])).all(), name
            assert (local.on_clock(one, at, minute) == at).all(), name
            tried += 3 * DAYS
    print(f"{tried} clock times in the zones of {len(available_timezones())} names")


def _different() -> list[str]:
    """A name of each zone: many have several, for which the very same bytes are kept."""
    root = resources.files("tzdata") / "zoneinfo"
    names = [one for one in sorted(available_timezones()) if (root / one).is_file()]
    assert len(names) > 590
    kept = {(root / one).read_bytes(): one for one in names}
    return sorted(kept.values())


def test_the_instants_are_those_of_the_standard_library() -> None:
    day = np.arange(FIRST_DAY, FIRST_DAY + DAYS, 7)
    for name in ("Europe/Istanbul", "Asia/Baku", "America/New_York", "Australia/Lord_Howe"):
        place = ZoneInfo(name)
        at = local.of_day([name] * len(day), day, 600)
        for instant, wanted in zip(at.tolist(), day.tolist(), strict=True):
            shown = np.datetime64(wanted, "D").astype("datetime64[s]").item().replace(hour=10)
            assert shown.replace(tzinfo=place).timestamp() * 1000 == instant


def test_a_spring_night_and_an_autumn_night() -> None:
    berlin = ["Europe/Berlin"]
    spring = np.array([20_540])  # 2026-03-28
    at = local.of_day(berlin, spring + 1, 150)  # 02:30 is not there
    assert at.tolist() == [1_774_746_000_000]  # 03:00 summer time is 01:00 UTC
    autumn = np.array([20_751])  # 2026-10-25: 02:30 comes at 00:30 and at 01:30 UTC
    first = local.of_day(berlin, autumn, 150)
    assert (first % DAY_MS).tolist() == [30 * 60_000]
    second = first + 3_600_000
    assert local.on_clock(berlin, first, 150).tolist() == first.tolist()
    assert local.on_clock(berlin, first + 1, 150).tolist() == [int(second[0]) + DAY_MS]


def test_weekdays_are_hers() -> None:
    # Sunday 2026-11-22 21:30 UTC is Monday in Baku and Sunday in New York.
    at = np.array([1_795_383_000_000] * 2)
    zone = ["Asia/Baku", "America/New_York"]
    monday = local.on_clock(zone, at, 600, [0])
    shown = zones.to_local(local.words(zone), monday)
    assert (shown // DAY_MS).tolist() == [20_780, 20_780]
    assert (shown % DAY_MS).tolist() == [600 * 60_000] * 2


def test_words() -> None:
    assert local.minute("09:30") == 570
    assert local.minute("24:00") is None
    assert local.minute("9:30") is None
    assert local.known("Asia/Baku")
    assert not local.known("Mars/Phobos")
    assert not local.known("../etc/passwd")
