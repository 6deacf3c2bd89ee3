"""When to try again: hours, quiet hours, best time, never the same hour twice while another is."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.delivery.policy.definition import Quiet
from kervan.delivery.policy.where import Places, places
from kervan.delivery.tasks import again
from kervan.kernel import clock

_HOURS = ("09:00", "20:00")


def where(zone: str) -> Places:
    """Somebody in this zone."""
    return places([(zone, "")])


def test_it_waits_for_the_hours_of_the_person() -> None:
    early = datetime.fromisoformat("2026-11-22T03:00:00+03:00")
    found = again.next_at(early, where("Europe/Istanbul"), _HOURS)
    assert found == datetime.fromisoformat("2026-11-22T09:00:00+03:00")
    late = datetime.fromisoformat("2026-11-22T20:00:00+03:00")
    found = again.next_at(late, where("Europe/Istanbul"), _HOURS)
    assert found == datetime.fromisoformat("2026-11-23T09:00:00+03:00")
    noon = Quiet(name="noon", from_="12:00", until="13:30")
    at = datetime.fromisoformat("2026-11-22T12:15:00+03:00")
    found = again.next_at(at, where("Europe/Istanbul"), _HOURS, [noon])
    assert found == datetime.fromisoformat("2026-11-22T13:30:00+03:00")


def test_the_same_hour_comes_again_only_when_there_is_no_other() -> None:
    at = datetime.fromisoformat("2026-11-22T10:30:00+03:00")
    days_before = [at - timedelta(days=1, minutes=10), at - timedelta(days=2, hours=-1)]
    found = again.next_at(at, where("Europe/Istanbul"), _HOURS, (), days_before)
    assert found == datetime.fromisoformat("2026-11-22T12:00:00+03:00")  # 10 and 11 were tried
    one_hour = ("10:00", "11:00")
    assert again.next_at(at, where("Europe/Istanbul"), one_hour, (), days_before) == at


def test_a_best_time_that_is_none_is_not_one() -> None:
    assert again.window("18:00-20:00", _HOURS) == ("18:00", "20:00")
    for odd in (
        "",
        "18:00",
        "18:00-18:00",
        "25:00-26:00",
        "aa:bb-cc:dd",
        "18:0-20:00",
        "１８:00-20:00",
    ):
        assert again.window(odd, _HOURS) == _HOURS


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1_767_225_600_000, 1_830_000_000_000),  # 2026 and 2027
    st.sampled_from(["Europe/Istanbul", "Asia/Baku", "Europe/Berlin", "America/St_Johns"]),
    st.lists(st.integers(0, 23), max_size=8),
)
def test_what_is_found_is_later_within_hours_and_new(
    at_ms: int, zone: str, hours: list[int]
) -> None:
    at = clock.from_ms(at_ms)
    local = at.astimezone(ZoneInfo(zone))
    tried = [local.replace(hour=hour, minute=5) - timedelta(days=7) for hour in hours]
    found = again.next_at(at, where(zone), _HOURS, (), tried)
    assert found is not None and at <= found <= at + timedelta(days=3)
    shown = found.astimezone(ZoneInfo(zone))
    assert 9 <= shown.hour < 20
    used = {one.astimezone(ZoneInfo(zone)).hour for one in tried}
    assert shown.hour not in used or used >= set(range(9, 20))
