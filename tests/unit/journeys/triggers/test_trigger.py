"""Each kind of trigger becomes one event, and each fault is told in its place."""

import pytest

from kervan.journeys import parse
from kervan.journeys.problem import JourneyNotValid
from kervan.kernel.i18n import LOCALES

TEXT = """\
journey:
  key: hello
  name: Hello
  trigger: TRIGGER
  steps:
    - {key: end, kind: exit}
"""


def _entry(trigger: str) -> str:
    found = parse.parse(TEXT.replace("TRIGGER", trigger)).entry
    said = [f"{one.property} {one.eq or one.in_}" for one in found.where]
    return " ".join([found.event, *said])


@pytest.mark.parametrize(("trigger", "event"), [
    ("{event: Signed Up, where: [{property: plan, eq: gold}]}", "Signed Up plan gold"),
    ("{segment_entered: vip}", "Segment Entered segment vip"),
    ("{segment_left: vip}", "Segment Left segment vip"),
    ('{schedule: {segment: vip, once: "2026-12-01 10:00"}}', "Journey Called journey hello"),
    ('{schedule: {segment: vip, cron: "0 10 * * 1"}}', "Journey Called journey hello"),
    ("{schedule: {segment: vip, every: week, on: [mon, fri]}}", "Journey Called journey hello"),
    ("{schedule: {segment: vip, every: month, on: [1, 15]}}", "Journey Called journey hello"),
    ("{date: {field: birthday, days: -14}}", "Journey Called journey hello"),
    ("{called: true}", "Journey Called journey hello"),
    ("{catalogue: {change: price_drop, by: 0.1, looked: 30 days}}", "Journey Called journey hello"),
    ("{message: {keywords: [KATIL, \u0130NDİRİM], channels: sms}}",
     "Message Received keyword ['indirim', 'katil'] channel ['sms']"),
])  # fmt: skip
def test_a_trigger_is_one_event(trigger: str, event: str) -> None:
    assert _entry(trigger) == event


@pytest.mark.parametrize(("trigger", "code", "column"), [
    ("{}", "journeys.one_trigger", 12),
    ("{event: A, called: true}", "journeys.one_trigger", 12),
    ("{called: false}", "journeys.one_trigger", 12),
    ("{called: true, where: [{property: a, eq: 1}]}", "journeys.where_needs_event", 34),
    ("{event: Journey Called}", "journeys.own_trigger", 12),
    ("{schedule: {segment: vip}}", "journeys.one_time", 23),
    ("{schedule: {segment: vip, once: soon}}", "journeys.bad_instant", 44),
    ('{schedule: {segment: vip, cron: "0 10 * *"}}', "journeys.bad_cron", 44),
    ("{schedule: {segment: vip, every: week, on: [1]}}", "journeys.bad_day", 56),
    ("{schedule: {segment: vip, every: year}}", "journeys.unknown_word", 45),
    ("{schedule: {segment: vip, every: day, at: noon}}", "journeys.bad_clock", 54),
    ("{schedule: {segment: v, every: day, zone: Mars/Base}}", "journeys.unknown_zone", 54),
    ("{date: {field: birthday, days: -400}}", "journeys.days_range", 43),
    ("{date: {field: birthday, at: late}}", "journeys.bad_clock", 41),
    ("{catalogue: {change: price_drop, by: 10}}", "journeys.share_range", 49),
    ("{catalogue: {change: price_rise}}", "journeys.unknown_word_near", 33),
    ("{message: {keywords: []}}", "journeys.keywords_count", 33),
    ("{message: {keywords: [JOIN, '123']}}", "journeys.keyword_without_letters", 40),
    ("{segment_entred: vip}", "journeys.unknown_key_near", 13),
])  # fmt: skip
def test_a_fault_is_told_in_its_place(trigger: str, code: str, column: int) -> None:
    with pytest.raises(JourneyNotValid) as caught:
        parse.parse(TEXT.replace("TRIGGER", trigger))
    found = {one.code: one for one in caught.value.problems}
    assert code in found, found
    assert (found[code].line, found[code].column) == (4, column)
    for locale in LOCALES:
        assert "{" not in caught.value.say(locale).replace("{event}", "")
