"""What a journey says before its steps: checked in its place, and compiled for the engine."""

import pytest

from kervan.journeys import parse
from kervan.journeys.definition import ALWAYS, Definition
from kervan.journeys.problem import JourneyNotValid
from kervan.journeys.steps.step import NEVER
from kervan.kernel.i18n import LOCALES

TEXT = """\
journey:
  key: hello
  name: Hello
  trigger: {called: true}
  MORE
  steps:
    - {key: end, kind: exit}
"""
TREE = "{kind: trait, trait: plan, test: {kind: text, op: eq, values: [gold]}}"


def _parse(more: str, zone: str = "Europe/Istanbul") -> Definition:
    return parse.parse(TEXT.replace("MORE", more), zone)


def test_without_a_word_everything_is_as_usual() -> None:
    found = _parse("reentry: after_exit")
    assert (found.starts_ms, found.ends_ms, found.reentry_ms) == (0, NEVER, 0)
    assert (found.exits, dict(found.hidden), found.zone) == ([], {}, "Europe/Istanbul")
    assert (found.header.per, found.header.hold_out, found.header.priority) == ("", 0, 5)


def test_times_are_in_the_workspaces_zone_unless_the_journey_says_its_own() -> None:
    said = 'starts: "2026-12-01 00:00"'
    istanbul, baku = _parse(said), _parse(f"{said}\n  zone: Asia/Baku")
    assert istanbul.starts_ms - baku.starts_ms == 3_600_000
    assert _parse(said, "UTC").starts_ms - istanbul.starts_ms == 3 * 3_600_000
    both = _parse(f'{said}\n  ends: "2027-01-01"')
    assert both.ends_ms - both.starts_ms == 31 * 86_400_000


@pytest.mark.parametrize(("said", "length"), [
    ("never", None), ("after_exit", 0), ("7 days", 7 * 86_400_000), ("always", ALWAYS),
])  # fmt: skip
def test_reentry(said: str, length: int | None) -> None:
    assert _parse(f"reentry: {said}").reentry_ms == length


def test_a_rule_of_one_segment_is_its_own_events() -> None:
    inside = _parse("exit_when: {kind: member, segment: vip}").exits
    assert [(one.event, one.where[0].eq) for one in inside] == [("Segment Entered", "vip")]
    outside = _parse("exit_when: {kind: none, of: [{kind: member, segment: vip}]}")
    assert [(one.event, one.where[0].eq) for one in outside.exits] == [("Segment Left", "vip")]
    assert dict(outside.hidden) == {}
    assert "Segment Left" in outside.names


def test_any_other_rule_is_a_segment_called_by_what_it_asks() -> None:
    one = _parse(f"exit_when: {TREE}\n  exit_on: {{event: Order Completed}}")
    same = _parse(f"priority: 3\n  exit_when: {TREE}")
    other = _parse(f"exit_when: {TREE.replace('gold', 'free')}")
    assert list(one.hidden) == list(same.hidden) != list(other.hidden)
    (key,) = one.hidden
    assert len(key) <= 63
    assert [event.event for event in one.exits] == ["Order Completed", "Segment Entered"]
    assert one.exits[1].where[0].eq == key


@pytest.mark.parametrize(("more", "code", "line", "column"), [
    ("reentry: sometimes", "journeys.bad_reentry", 5, 12),
    ("starts: soon", "journeys.bad_instant", 5, 11),
    ('ends: "2026-02-30"', "journeys.bad_instant", 5, 9),
    ('starts: "2026-12-02"\n  ends: "2026-12-02"', "journeys.ends_before_it_starts", 6, 9),
    ("zone: Europe/Constantinople", "journeys.unknown_zone", 5, 9),
    ("hold_out: 0.9", "journeys.share_range", 5, 13),
    ("hold_out: many", "journeys.not_number", 5, 13),
    ("priority: 10", "journeys.priority_of_journey", 5, 13),
    ("limit: {}", "journeys.limit_needs_count", 5, 10),
    ("limit: {count: 5}", "journeys.limit_count_within", 5, 10),
    ("limit: {total: 0}", "journeys.at_least_one", 5, 18),
    ("limit: {total: -3}", "journeys.at_least_one", 5, 18),
    ("limit: {total: 5, within: -1 hour}", "journeys.bad_duration", 5, 29),
    ("exit_when: {kind: member}", "segments.missing_field", 5, 14),
    ("exit_when: {kind: trait, trait: plan, test: {kind: number, op: gte, value: gold}}",
     "segments.not_number", 5, 78),
    ("exit_when: vip", "segments.not_object", 5, 14),
])  # fmt: skip
def test_a_fault_is_told_in_its_place(more: str, code: str, line: int, column: int) -> None:
    with pytest.raises(JourneyNotValid) as caught:
        _parse(more)
    found = {one.code: (one.line, one.column) for one in caught.value.problems}
    assert found.get(code) == (line, column), found
    for locale in LOCALES:
        assert "journeys." not in caught.value.say(locale)
        assert "segments." not in caught.value.say(locale)
