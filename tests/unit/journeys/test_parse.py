"""Journey texts: what is read, and that every fault is found in its place and said in words."""

from pathlib import Path

import msgspec
import pytest

from kervan.journeys import parse
from kervan.journeys.problem import JourneyNotValid, Problem
from kervan.kernel.i18n import LOCALES

ROOT = Path(__file__).parents[3]
EXAMPLE = (ROOT / "examples" / "abandoned-basket.yaml").read_text(encoding="utf-8")
GOOD = """\
journey:
  key: hello
  name: Hello
  trigger: {event: Signed Up}
  steps:
    - {key: rest, kind: wait, for: 1 day}
    - {key: end, kind: exit}
"""


def problems(text: str) -> list[Problem]:
    with pytest.raises(JourneyNotValid) as caught:
        parse.parse(text)
    for locale in LOCALES:
        said = caught.value.say(locale)
        assert "{" not in said.replace("{first", "").replace("{birinci", ""), said
    return caught.value.problems


def first(text: str) -> tuple[str, int, int]:
    found = problems(text)
    return found[0].code, found[0].line, found[0].column


def test_the_example_is_a_journey() -> None:
    found = parse.parse(EXAMPLE)
    assert found.header.key == "abandoned-basket"
    assert [node.key for node in found.nodes] == [
        "give-time",
        "remind",
        "give-a-day",
        "bought",
        "came-back",
        "no-answer",
    ]
    assert found.nodes[0].targets == (3, 1)
    assert {"Product Added", "Product Removed", "Order Completed"} <= found.names


def test_json_is_read_as_well_as_yaml() -> None:
    import_ = parse.parse(GOOD)
    text = (
        msgspec.json.format(
            msgspec.json.encode(
                {
                    "journey": {
                        "key": "hello",
                        "name": "Hello \U0001f600 \u0130\u0131\u0259",
                        "trigger": {"event": "Signed Up"},
                        "steps": [
                            {"key": "rest", "kind": "wait", "for": "1 day"},
                            {"key": "end", "kind": "exit"},
                        ],
                    }
                }
            ),
            indent=2,
        )
        .decode()
        .replace("  ", "\t")
        .replace("\U0001f600", "\\ud83d\\ude00")
    )
    found = parse.parse(text)
    assert found.nodes[0].step == import_.nodes[0].step
    assert found.header.name == "Hello \U0001f600 \u0130\u0131\u0259"


@pytest.mark.parametrize(("old", "new", "code", "line", "column"), [
    ("kind: wait", "kind: wiat", "journeys.unknown_step_near", 6, 25),
    ("kind: wait", "kind: teleport", "journeys.unknown_step", 6, 25),
    ("for: 1 day", "for: 1 month", "journeys.bad_duration", 6, 36),
    ("for: 1 day", "for: -1 day", "journeys.bad_duration", 6, 36),
    ("for: 1 day", "for: 0 seconds", "journeys.bad_duration", 6, 36),
    ("for: 1 day", "for: 99999999 days", "journeys.bad_duration", 6, 36),
    ("for: 1 day", "for: 12", "journeys.bad_duration", 6, 36),
    ("for: 1 day", "fro: 1 day", "journeys.wait_for_or_until", 6, 7),
    ("for: 1 day", "until: {event: X}", "journeys.wait_needs_timeout", 6, 7),
    ("for: 1 day", "until: {event: X}, timeout: 1 day", "journeys.missing_exit", 6, 7),
    ("name: Hello", "nmae: Hello", "journeys.missing_key", 2, 3),
    ("key: hello", "key: Hello You", "journeys.bad_key", 2, 8),
    ("name: Hello", "name: ''", "journeys.empty_text", 3, 9),
    ("name: Hello", "name: [1]", "journeys.not_text", 3, 9),
    ("name: Hello", "name: Hello\n  name: Bye", "journeys.key_twice", 4, 3),
    ("    - {key: end, kind: exit}\n", "", "journeys.missing_exit", 6, 7),
    ("kind: exit", "kind: wait, for: 1 s, next: rets", "journeys.unknown_next_near", 7, 46),
    ("key: end", "key: rest", "journeys.step_twice", 7, 7),
    ("for: 1 day", "for: 1 day, next: rest", "journeys.unreachable", 7, 7),
    ("event: Signed Up", "event: Journey Exited", "journeys.own_trigger", 4, 12),
    ("trigger: {event: Signed Up}", "trigger: Signed Up", "journeys.not_mapping", 4, 12),
    ("{event: Signed Up}", "{event: A, where: {property: x, eq: 1, ne: 2}}",
     "journeys.one_operator", 4, 30),
    ("{event: Signed Up}", "{event: A, where: [{property: x}]}", "journeys.one_operator", 4, 31),
    ("{event: Signed Up}", "{event: A, where: [{property: x, gt: true}]}",
     "journeys.truth_has_no_order", 4, 49),
    ("{event: Signed Up}", "{event: A, where: [{property: x, in: []}]}",
     "journeys.in_nothing", 4, 49),
    ("  steps:", "  reentry: sometimes\n  steps:", "journeys.bad_reentry", 5, 12),
    ("  steps:", "  keep: [baskte]\n  steps:", "journeys.unknown_word_near", 5, 3),
    ("  steps:", "  stpes:", "journeys.no_steps", 2, 3),
    ("journey:", "jurney:", "journeys.no_journey", 1, 1),
    ("name: Hello", "name: &a Hello", "journeys.no_anchors", 3, 9),
    ("name: Hello", "name: 'Hello", "journeys.not_yaml", 8, 1),
    ("name: Hello", "name: " + "[" * 60, "journeys.too_deep", 3, 47),
    ("name: Hello", "name: Hello\n  zone: Europe/Constantinople", "journeys.unknown_zone", 4, 9),
    ("for: 1 day", "until_time: '25:00'", "journeys.clock", 6, 43),
    ("wait, for: 1 day", "experiment, ways: [{name: a, share: 60}, {name: b, share: 50}],"
     " next: {a: end, b: end}", "journeys.shares_sum", 6, 43),
    ("wait, for: 1 day", "experiment, ways: [{name: a, share: -10}, {name: b, share: 110}],"
     " next: {a: end, b: end}", "journeys.shares_sum", 6, 43),
])  # fmt: skip
def test_a_fault_is_found_in_its_place(
    old: str, new: str, code: str, line: int, column: int
) -> None:
    assert old in GOOD
    assert first(GOOD.replace(old, new, 1)) == (code, line, column)


def test_a_circle_without_a_wait_is_refused_and_one_with_a_wait_is_not() -> None:
    mail = "message: {subject: Hi, mjml: <mjml/>}"
    circle = GOOD.replace(
        "kind: wait, for: 1 day", f"kind: send_email, {mail}, next: again"
    ).replace("key: end, kind: exit", f"key: again, kind: send_email, {mail}, next: rest")
    assert first(circle)[0] == "journeys.loop_without_wait"
    waiting = circle.replace(f"again, kind: send_email, {mail}", "again, kind: wait, for: 1 d")
    assert parse.parse(waiting).nodes[1].targets == (0,)


def test_all_faults_are_told_at_once_in_the_order_of_the_text() -> None:
    text = GOOD.replace("name: Hello", "nmae: Hello").replace("1 day", "soon")
    lines = [one.line for one in problems(text)]
    assert len(lines) == 3
    assert lines == sorted(lines)


_LAUGHS = "journey:\n  a0: &a0 [x, x]\n" + "".join(
    f"  a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 40)
)


@pytest.mark.parametrize(("text", "code"), [
    (_LAUGHS, "journeys.no_anchors"),
    ("journey: [" + "{}," * 330_000 + "{}]", "journeys.too_many_values"),
    ("journey: " + "[" * 400_000, "journeys.too_deep"),
])  # fmt: skip
def test_a_bomb_of_yaml_is_refused_before_it_goes_off(text: str, code: str) -> None:
    assert [one.code for one in problems(text)] == [code]


@pytest.mark.parametrize("text", [
    "", "\n\n# nothing\n", "[]", "42", "journey: 3", "journey: {steps: 4}", "journey: {steps: [3]}",
    "journey: {steps: []}", "\x00", "a: b: c", "{", "journey: !!python/object:os.system {}",
    "- - - -", "journey:\n\tkey: x", "journey: {steps: [{key: 3, kind: [wait]}]}", "\ud800",
    "journey: {key: x, name: y, trigger: null, steps: [{key: a, kind: exit, next: b}]}",
    "x" * 1_000_001, GOOD.replace("name: Hello", f"priority: {'9' * 5_000}"),
    *(GOOD.replace("name: Hello", f"name: {one}") for one in (
        "!foo 5", "!!int x", "!!bool x", "!!float x", "!!timestamp x", "!!binary x", '"a\\0b"')),
    GOOD.replace("key: hello", 'key: "hello\\n"'), GOOD.replace("key: end", 'key: "end\\n"'),
])  # fmt: skip
def test_any_nonsense_gets_a_sentence(text: str) -> None:
    assert problems(text)


def test_what_a_webhook_is_told_may_have_any_names() -> None:
    body = "{property: x, where: {property: y}}"
    text = GOOD.replace("kind: wait, for: 1 day", f"kind: webhook, body: {body}")
    assert parse.parse(text).nodes[0].step.kind == "webhook"


@pytest.mark.parametrize(
    "step", ["kind: send, message: m, channels: best, explore: {}", "kind: give_points, points: {}"]
)
def test_a_number_of_any_size_is_no_surprise(step: str) -> None:
    for digits in (20, 400):
        given = step.format("9" * digits)
        assert problems(GOOD.replace("kind: wait, for: 1 day", given)), digits


def test_a_number_that_begins_with_zero_is_a_number() -> None:
    assert parse.parse(GOOD.replace("  steps:", "  priority: 08\n  steps:")).header.priority == 8


def test_five_hundred_steps_are_read_and_one_more_is_refused() -> None:
    steps = "".join(f"    - {{key: s{i}, kind: wait, for: 1 s}}\n" for i in range(499))
    head, tail = GOOD.split("    - {key: rest", 1)[0], "    - {key: end, kind: exit}\n"
    assert len(parse.parse(head + steps + tail).nodes) == 500
    more = head + steps + "    - {key: one-more, kind: wait, for: 1 s}\n" + tail
    assert first(more)[0] == "journeys.too_many_steps"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_step_describes_itself(locale: str) -> None:
    said = [node.step.describe(locale) for node in parse.parse(EXAMPLE).nodes]
    assert all(one and "journeys." not in one and "{c" not in one for one in said), said


def test_a_line_of_a_message_is_found_in_the_journey_text() -> None:
    line, column = parse.locate(EXAMPLE, "remind", ("message", "mjml"), 3)
    assert EXAMPLE.splitlines()[line - 1].strip().startswith("<mj-section")
    assert column == 1
