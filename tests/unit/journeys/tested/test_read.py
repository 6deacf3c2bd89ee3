"""Tests of journeys are read with their places, and all that is wrong is told at once."""

import pytest

from kervan.journeys.tested import read
from kervan.kernel.errors import KervanError
from kervan.kernel.shaped import NotValid
from tests.house.tree import ROOT

PLACE = ROOT / "docs" / "reference" / "journey-tests.schema.json"
WRONG = """\
tests:
  journey: journey.yaml
  zone: Mars/Base
  cases:
    - name: One
      person: {consents: [pigeon], birthday: "13-40", engaged: 2, best_hour: late}
      past: [{event: Order Completed, ago: long}]
      story:
        - {event: A, pass: 1 hour}
        - {pass: soon}
        - {until: tomorrow}
        - {pass: 1 hour, properties: {a: 1}}
        - {then: {}}
        - {then: {by: email}}
        - {then: {entered: true, because: inside}}
        - {thn: {}}
    - {name: Two, story: [{event: A}]}
    - {name: Three}
"""


def test_the_published_schema_is_current() -> None:
    assert PLACE.read_text() == read.schema_text(), "write schema_text() there"


def test_all_that_is_wrong() -> None:
    with pytest.raises(NotValid) as caught:
        read.read(WRONG)
    found = {(one.path, one.code.removeprefix("journeys.tested_")) for one in caught.value.problems}
    one = "/cases/0"
    assert found == {
        ("/zone", "unfit"), (f"{one}/person/consents/0", "unfit"),
        (f"{one}/person/birthday", "unfit"), (f"{one}/person/engaged", "unfit"),
        (f"{one}/person/best_hour", "unfit"), (f"{one}/past/0/ago", "unfit"),
        (f"{one}/story/0", "one_verb"), (f"{one}/story/1/pass", "unfit"),
        (f"{one}/story/2/until", "unfit"), (f"{one}/story/3/properties", "properties"),
        (f"{one}/story/4/then", "empty_then"), (f"{one}/story/5/then", "by_alone"),
        (f"{one}/story/6/then/because", "because_alone"), (f"{one}/story/7", "unknown_field"),
        ("/cases/1", "no_then"), ("/cases/2", "no_story"),
    }  # fmt: skip
    for locale in ("tr", "az", "en"):
        assert "journeys." not in caught.value.say(locale)


@pytest.mark.parametrize("text", ["journey: {}", "tests: {}\nmore: 1", "- a"])
def test_what_is_no_file_of_tests(text: str) -> None:
    assert read.is_tests("tests: {}")
    with pytest.raises(KervanError, match="no file of tests"):
        read.read(text)


def test_lines_are_where_they_stand() -> None:
    written, _ = read.read(
        "tests:\n  journey: j.yaml\n  cases:\n    - name: One\n      story:\n"
        "        - {event: A}\n\n        - {then: {entered: true}}\n"
    )
    assert written.lines == ((4, (6, 8)),)


def test_clock_times() -> None:
    for unfit in ("0001-01-01 00:00", "9999-12-31 23:59", "soon"):
        assert read.instant(unfit, "Europe/Istanbul") is None
    summer = read.instant("2026-07-01 10:00", "Europe/Berlin")
    assert summer == read.instant("2026-07-01 08:00+00:00", "Asia/Baku")
    assert summer is not None
    assert read.next_instant("10:00", "Europe/Berlin", summer) == summer
    assert read.next_instant("09:59", "Europe/Berlin", summer) == summer + 86_400_000 - 60_000
    assert read.next_instant("25:00", "UTC", 0) is None
