"""Language and zone come from the best evidence, and say which it was."""

from kervan.profiles import facts
from kervan.profiles.facts import Evidence, Heard

_TR_PHONE, _AZ_PHONE, _US_PHONE = "+905321234567", "+994501234567", "+12025550123"


def test_what_she_said_comes_first() -> None:
    heard = [Heard("tr-TR", "Europe/Istanbul", 90, 5)]
    known = {"language": ("AZ", 7, 1), "timezone": ("Asia/Baku", 8, 1)}
    assert facts.language(known, heard, [_TR_PHONE], "en") == Evidence("az", "trait", "language", 7)
    assert facts.zone(known, heard, [_TR_PHONE], "UTC") == Evidence(
        "Asia/Baku", "trait", "timezone", 8
    )


def test_then_most_of_her_events_of_two_as_frequent_the_later() -> None:
    heard = [
        Heard("tr-TR", "Europe/Istanbul", 3, 50),
        Heard("az_AZ", "Asia/Baku", 2, 70),
        Heard("az", "Asia/Baku", 1, 90),
        Heard("??", "Mars/Olympus", 99, 99),
    ]
    assert facts.language({}, heard, [], "en") == Evidence("az", "devices", "3", 90)
    assert facts.zone({}, heard, [], "UTC") == Evidence("Asia/Baku", "devices", "3", 90)


def test_then_the_country_of_her_number_and_at_last_the_workspace() -> None:
    bad = {"language": ("Klingon", 1, 1), "timezone": ("Moon", 1, 1), "locale": (None, 1, 1)}
    assert facts.language(bad, [], [_US_PHONE, _AZ_PHONE], "tr") == Evidence("az", "phone", "AZ")
    assert facts.zone(bad, [], [_AZ_PHONE], "UTC") == Evidence("Asia/Baku", "phone", "AZ")
    assert facts.zone({}, [], [_TR_PHONE], "UTC").value == "Europe/Istanbul"
    assert facts.language({}, [], [_US_PHONE], "tr") == Evidence("tr", "workspace")
    assert facts.zone({}, [], ["+15", "no number"], "UTC") == Evidence("UTC", "workspace")
