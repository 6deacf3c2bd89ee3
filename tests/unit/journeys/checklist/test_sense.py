"""What an author may not have meant is told before the journey goes live, with its line."""

import pytest

from kervan.journeys import parse
from kervan.journeys.checklist import sense
from kervan.journeys.checklist.item import Item
from kervan.kernel.i18n import LOCALES

TEXT = """\
journey:
  key: hello
  name: Hello
  trigger: {event: Order Completd}
  goal: {event: Order Completed, within: 3 days}
  ends: "2026-12-01"
  steps:
    - {key: rest, kind: wait, for: 2 days}
    - {key: look, kind: wait, until: {event: Cart Vewed}, timeout: 3 days,
       next: {matched: end, timed_out: rest}}
    - {key: end, kind: exit}
"""
KNOWN = ["Order Completed", "Cart Viewed"]


def _items(text: str) -> dict[str, Item]:
    journey = parse.parse(text)
    found = {one.name: one for one in [sense.begins(journey), *sense.makes(journey, KNOWN)]}
    for locale in LOCALES:
        assert all("journeys." not in one.say(locale) for one in found.values())
        assert all("{" not in one.say(locale) for one in found.values())
    return found


def test_names_that_nobody_sent_are_told_with_their_lines_and_the_nearest() -> None:
    said = _items(TEXT)["events"].what()
    assert "Order Completd (4) → Order Completed?" in said
    assert "Cart Vewed (9) → Cart Viewed?" in said
    known = TEXT.replace("Completd", "Completed").replace("Vewed", "Viewed")
    assert "events" not in _items(known)
    journey = parse.parse(TEXT)
    assert not [one for one in sense.makes(journey, []) if one.name == "events"], "nothing came yet"


def test_waits_past_the_end_and_the_goal_and_circles_are_told() -> None:
    found = _items(TEXT)
    assert found["past_end"].facts == {"days": 5, "ends": "2026-12-01", "until": "2026-12-05"}
    assert found["past_goal"].facts == {"goal": "3", "waits": "5"}
    assert found["circle"].facts == {"step": "look"}
    short = TEXT.replace("2 days", "2 hours").replace("timeout: 3 days", "timeout: 3 hours")
    assert {"past_end", "past_goal"} & set(_items(short)) == set()


@pytest.mark.parametrize(("trigger", "name"), [
    ("{segment_entered: vip}", "starts_segment_entered"),
    ("{segment_left: vip}", "starts_segment_left"),
    ("{schedule: {segment: vip, every: week}}", "starts_schedule"),
    ("{date: {field: birthday}}", "starts_date"),
    ("{called: true}", "starts_called"),
    ("{catalogue: {change: price_drop}}", "starts_catalogue"),
    ("{message: {keywords: KATIL}}", "starts_message"),
])  # fmt: skip
def test_each_kind_of_trigger_says_what_starts_it(trigger: str, name: str) -> None:
    assert name in _items(TEXT.replace("{event: Order Completd}", trigger))


def test_dates_that_cannot_be_found_and_times_that_never_come() -> None:
    hidden = _items(TEXT.replace("{event: Order Completd}", "{date: {field: first_name}}"))
    assert hidden["date"].facts == {"field": "first_name", "line": 4}
    never = TEXT.replace("{event: Order Completd}", '{schedule: {segment: v, cron: "0 9 5 12 *"}}')
    starts = never.replace("  ends:", '  starts: "2026-11-01"\n  ends:')
    assert "never" in _items(starts)
    assert "never" not in _items(starts.replace("5 12", "5 11"))


def test_the_longest_way_of_five_hundred_steps_is_found_at_once() -> None:
    steps = "".join(
        f"    - {{key: s{i}, kind: wait, until: {{event: A}}, timeout: 1 day,"
        f" next: {{matched: s{i + 1}, timed_out: s{i + 1}}}}}\n"
        for i in range(499)
    )
    text = TEXT.partition("    - {key: rest")[0] + steps + "    - {key: s499, kind: exit}\n"
    assert sense.longest(parse.parse(text)) == (499 * 86_400_000, "")
