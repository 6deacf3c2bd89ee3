"""Rules in a journey's text: kept as one text, wrong ones told in their place."""

import pytest

from kervan.journeys import parse, rule
from kervan.journeys.problem import JourneyNotValid
from kervan.journeys.steps.branch import BranchStep
from kervan.kernel.i18n import LOCALES
from kervan.segments import tree

TEXT = """\
journey:
  key: hello
  name: Hello
  trigger: {event: Signed Up}
  steps:
    - key: who
      kind: branch
      ways:
        - name: rich
          when:
            kind: event
            events: [Order Completed]
            where:
              - {property: "@value", test: {kind: number, op: gte, value: 100}}
      next: {rich: end, else: end}
    - {key: end, kind: exit}
"""


def test_a_rule_is_one_text_whatever_its_order() -> None:
    step = parse.parse(TEXT).nodes[0].step
    assert isinstance(step, BranchStep)
    turned = TEXT.replace("test: {kind: number, op: gte, value: 100}",
                          "test: {value: 100, op: gte, kind: number}")  # fmt: skip
    assert parse.parse(turned).nodes[0].step == step
    node = rule.node(step.ways[0].when)
    assert isinstance(node, tree.Event)
    assert rule.of(node) == step.ways[0].when


@pytest.mark.parametrize(
    ("right", "wrong", "code", "line"),
    [
        # a text test of a number, with its place
        ("kind: number, op: gte, value: 100", "kind: text, op: eq, values: [a]",
         "segments.test_misfit", 14),
        ("op: gte, value: 100", "op: gtee, value: 100", "segments.unknown_operator", 14),
        ("kind: event", "kind: evnet", "segments.unknown_kind", 11),
        ("next: {rich: end, else: end}", "next: {rich: end}", "journeys.missing_exit", 6),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_its_place(right: str, wrong: str, code: str, line: int) -> None:
    with pytest.raises(JourneyNotValid) as caught:
        parse.parse(TEXT.replace(right, wrong))
    assert [(one.code, one.line) for one in caught.value.problems] == [(code, line)]
    for locale in LOCALES:
        assert "{" not in caught.value.say(locale)


@pytest.mark.parametrize(
    ("step", "code"),
    [
        ("kind: wait, for: -1 hour", "journeys.bad_duration"),
        ('kind: wait, until_time: "10:00", zone: Europe/Baku', "journeys.zone_unknown"),
        ('kind: wait, until_time: "24:00"', "journeys.clock"),
        ('kind: wait, until_time: "10:00", on: [monday]', "journeys.unknown_word_near"),
        ("kind: experiment, ways: [{name: a, share: 90}], next: {a: end}", "journeys.shares_sum"),
        ("kind: send, message: hi, on_blocked: skip", "journeys.unknown_word"),
    ],
)
def test_bad_settings_of_steps_are_told(step: str, code: str) -> None:
    head = TEXT.split("    - key: who", maxsplit=1)[0]
    with pytest.raises(JourneyNotValid) as caught:
        parse.parse(f"{head}    - {{key: one, {step}}}\n    - {{key: end, kind: exit}}\n")
    assert caught.value.problems[0].code == code
    for locale in LOCALES:
        said = caught.value.say(locale)
        assert "{" not in said
        assert "journeys." not in said


def test_segments_are_named() -> None:
    both = tree.All((tree.Member("vip"), tree.Nothing((tree.Member("new"), tree.Member("vip")))))
    assert rule.segments(rule.of(both)) == ["new", "vip"]
    assert rule.describe(rule.member("vip", inside=True), "tr") == "“vip” segmentinde olan"
