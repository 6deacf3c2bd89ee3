"""Quiet hours against clocks on the wall, minute by minute, in all zones, around their changes."""

from datetime import UTC, datetime, timedelta
from importlib import resources

import numpy as np
import pytest
from hypothesis import given, strategies

from kervan.delivery.policy import where
from kervan.delivery.policy.definition import DAYS, Quiet
from kervan.delivery.policy.quiet import NEVER_MS, Week, quiet_until, week_of
from kervan.kernel import clock
from kervan.segments.zones import shifts
from tests.reference import pacing

NIGHT = Quiet(name="night", from_="22:00", until="09:00")
ZONES = (
    "Europe/Istanbul", "Asia/Baku", "Europe/Berlin", "America/New_York", "Asia/Beirut",
    "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca", "Pacific/Apia", "UTC",
    "America/Santiago", "Africa/Cairo", "Asia/Kathmandu", "Antarctica/Troll",
)  # fmt: skip


def free(at: str, zones: tuple[str, ...], week: Week) -> str:
    """The release of one instant, written as ISO in UTC."""
    at_ms = clock.to_ms(datetime.fromisoformat(at))
    places = where.Places(np.zeros(1, np.int32), (zones,))
    [found] = quiet_until(np.array([at_ms], np.int64), places, week).tolist()
    return "never" if found == NEVER_MS else f"{clock.from_ms(found):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-20T18:59:59+00:00", "2026-11-20T18:59:59Z"),  # 21:59:59 in Istanbul
        ("2026-11-20T19:00:00+00:00", "2026-11-21T06:00:00Z"),  # 22:00: quiet has begun
        ("2026-11-21T05:59:59.999+00:00", "2026-11-21T06:00:00Z"),
        ("2026-11-21T06:00:00+00:00", "2026-11-21T06:00:00Z"),  # 09:00 is free
    ],
)
def test_a_night_begins_with_its_first_instant_and_its_end_is_free(at: str, expected: str) -> None:
    assert free(at, ("Europe/Istanbul",), week_of([NIGHT])) == expected


def test_where_clocks_skip_the_end_the_first_instant_after_it_frees() -> None:
    # Berlin, 2026-03-29: 02:00 becomes 03:00 at 01:00 UTC; 02:30 is never shown.
    week = week_of([Quiet(name="n", from_="22:00", until="02:30")])
    assert free("2026-03-28T23:00:00+00:00", ("Europe/Berlin",), week) == "2026-03-29T01:00:00Z"


def test_where_clocks_show_the_end_twice_the_first_one_frees_once() -> None:
    # Berlin, 2026-10-25: 03:00 becomes 02:00 at 01:00 UTC; 02:30 is at 00:30 and at 01:30.
    week = week_of([Quiet(name="n", from_="22:00", until="02:30")])
    zone = ("Europe/Berlin",)
    assert free("2026-10-24T22:00:00+00:00", zone, week) == "2026-10-25T00:30:00Z"
    # What comes when clocks show 02:10 for the second time waits for the second 02:30.
    assert free("2026-10-25T01:10:00+00:00", zone, week) == "2026-10-25T01:30:00Z"


def test_a_day_that_a_zone_leaves_out_is_quiet_nowhere() -> None:
    # Apia went from Thursday, 29 December 2011 to Saturday: there was no Friday.
    week = week_of([Quiet(name="n", from_="00:00", until="00:00", days=("thu", "fri"))])
    assert free("2011-12-30T09:59:00+00:00", ("Pacific/Apia",), week) == "2011-12-30T10:00:00Z"


def test_holidays_are_quiet_from_midnight_to_midnight_and_join_the_night() -> None:
    week = week_of([NIGHT, Quiet(name="h", holidays="TR")])
    zone = ("Europe/Istanbul",)
    # 29 October is Republic Day: quiet until the morning after.
    assert free("2026-10-28T20:00:00+00:00", zone, week) == "2026-10-30T06:00:00Z"
    assert free("2026-10-29T10:00:00+00:00", zone, week) == "2026-10-30T06:00:00Z"


def test_who_may_be_in_many_zones_waits_for_all_of_them() -> None:
    zones = where.zones_of("US")
    assert "Pacific/Honolulu" in zones and 5 < len(zones) < 15  # those that differ, once each
    # 09:00 in Honolulu is 19:00 UTC; 22:00 in New York is 02:00 UTC in summer.
    assert free("2026-07-01T12:00:00+00:00", zones, week_of([NIGHT])) == "2026-07-01T19:00:00Z"
    assert free("2026-07-02T02:00:00+00:00", zones, week_of([NIGHT])) == "2026-07-02T19:00:00Z"
    assert free("2026-07-02T01:59:00+00:00", zones, week_of([NIGHT])) == "2026-07-02T01:59:00Z"


def test_what_is_never_free_says_so() -> None:
    every = tuple(f"Etc/GMT{hour:+d}" for hour in range(-14, 13))
    assert free("2026-07-01T12:00:00+00:00", every, week_of([NIGHT])) == "never"
    always = week_of([Quiet(name="n", from_="00:00", until="00:00")])
    assert free("2026-07-01T12:00:00+00:00", ("UTC",), always) == "never"


def test_where_people_are_is_as_near_as_is_known() -> None:
    rows = [("Asia/Baku", "TR"), ("Nowhere", "TR"), ("", "CY"), ("", ""), ("../etc", "")]
    found = where.places(rows, ("UTC",))
    sets = [found.sets[code] for code in found.codes.tolist()]
    assert sets[:2] == [("Asia/Baku",), ("Europe/Istanbul",)]
    assert sets[3:] == [("UTC",), ("UTC",)]
    assert set(sets[2]) <= {"Asia/Famagusta", "Asia/Nicosia"}


_HOURS = strategies.builds(
    pacing.Hours,
    strategies.integers(0, 1439),
    strategies.integers(0, 1439),
    strategies.lists(strategies.sampled_from(DAYS), max_size=4, unique=True).map(tuple),
)


def _rule(hours: pacing.Hours) -> Quiet:
    start, end = (f"{minute // 60:02}:{minute % 60:02}" for minute in (hours.start, hours.end))
    return Quiet(name="x", from_=start, until=end, days=hours.days)


@strategies.composite
def _near_a_change(draw: strategies.DrawFn) -> tuple[str, datetime]:
    """A zone and an instant within two days of a change of its clocks, where it has any."""
    zone = draw(strategies.sampled_from(ZONES))
    edges = [edge for edge in shifts(zone).edges_ms.tolist() if 1.5e12 < edge < 1.9e12]
    base = draw(strategies.sampled_from(edges)) if edges else 1_790_000_000_000
    away = draw(strategies.integers(-172_800, 172_800))
    return zone, datetime.fromtimestamp(base // 1000 + away, UTC)


@given(_near_a_change(), strategies.lists(_HOURS, min_size=1, max_size=3))
def test_as_clocks_on_the_wall_say(near: tuple[str, datetime], hours: list[pacing.Hours]) -> None:
    zone, at = near
    week = week_of([_rule(one) for one in hours])
    most = 3 * 1440
    expected = pacing.free_from(at, [zone], hours, most)
    places = where.Places(np.zeros(1, np.int32), ((zone,),))
    [found] = quiet_until(np.array([clock.to_ms(at)], np.int64), places, week).tolist()
    if expected is None:
        assert found > clock.to_ms(at + timedelta(minutes=most))
    else:
        assert found == clock.to_ms(expected)


@given(
    strategies.lists(strategies.sampled_from(ZONES), min_size=2, max_size=3),
    strategies.integers(1_700_000_000, 1_800_000_000),
    strategies.lists(_HOURS, min_size=1, max_size=2),
)
def test_several_zones_as_clocks_on_their_walls_say(
    zones: list[str], second: int, hours: list[pacing.Hours]
) -> None:
    at = datetime.fromtimestamp(second, UTC)
    week = week_of([_rule(one) for one in hours])
    expected = pacing.free_from(at, zones, hours, 1440)
    places = where.Places(np.zeros(1, np.int32), (tuple(zones),))
    [found] = quiet_until(np.array([second * 1000], np.int64), places, week).tolist()
    if expected is None:
        assert found > (second + 86_400) * 1000
    else:
        assert found == clock.to_ms(expected)


def test_every_kind_of_clock_there_is_around_each_of_its_changes() -> None:
    kinds = _kinds()
    assert len(kinds) > 60
    week, hours = week_of([NIGHT]), [pacing.Hours(22 * 60, 9 * 60, ())]
    changing = 0
    for zone in kinds:
        edges = [one for one in shifts(zone).edges_ms.tolist() if 1.74e12 < one < 1.80e12][:3]
        changing += bool(edges)
        at = [edge + away * 3_600_000 for edge in edges or [1_790_000_000_000]
              for away in (-13, -4, -1, 0, 1, 5)]  # fmt: skip
        places = where.Places(np.zeros(len(at), np.int32), ((zone,),))
        found = quiet_until(np.array(at, np.int64), places, week)
        for instant, release in zip(at, found.tolist(), strict=True):
            if pacing.is_quiet(clock.from_ms(instant), zone, hours):
                assert release > instant
                assert pacing.is_quiet(clock.from_ms(release - 1), zone, hours)
            else:
                assert release == instant
            assert not pacing.is_quiet(clock.from_ms(release), zone, hours)
    assert changing > 15


def _kinds() -> list[str]:
    """One zone of each kind of today's clocks: what stands at the end of a zone's file says it."""
    root = resources.files("tzdata")
    kinds: dict[bytes, str] = {}
    for zone in root.joinpath("zones").read_text(encoding="utf-8").split():
        file = root.joinpath("zoneinfo").joinpath(*zone.split("/"))
        kinds.setdefault(file.read_bytes().rstrip(b"\n").rsplit(b"\n", 1)[-1], zone)
    return [*kinds.values(), "Africa/Casablanca"]
