"""Whatever is sent becomes a tree or a list of all that is wrong with it, with its places."""

import contextlib
import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.kernel import i18n
from kervan.segments import tree
from kervan.segments.parse import LIMIT_BYTES, convert, parse
from kervan.segments.problem import MOST_PROBLEMS, Problem, SegmentNotValid
from kervan.segments.shape import LIMIT_CONDITIONS, LIMIT_GROUPS

AT_MS = 1_795_000_000_000  # 2026-11-18
CITY: dict[str, Any] = {
    "kind": "trait",
    "trait": "city",
    "test": {"kind": "text", "op": "eq", "values": ["Ankara"]},
}


def problems(body: object) -> list[Problem]:
    raw = body if isinstance(body, bytes | str) else json.dumps(body)
    with pytest.raises(SegmentNotValid) as refused:
        parse(raw, AT_MS)
    return list(refused.value.problems)


def told(body: object) -> list[tuple[str, str]]:
    return [(one.code.removeprefix("segments."), one.path) for one in problems(body)]


def group(*of: object) -> dict[str, Any]:
    return {"kind": "all", "of": list(of)}


def event(**more: object) -> dict[str, Any]:
    return {"kind": "event", "events": ["Order Completed"], **more}


def nested(depth: int) -> str:
    return '{"kind":"none","of":[' * depth + json.dumps(CITY) + "]}" * depth


WHOLE = group(
    CITY,
    {"kind": "any", "of": [{"kind": "none", "of": []}, {"kind": "member", "segment": "best"}]},
    {"kind": "fact", "fact": "birthday", "test": {"kind": "yearly", "before": 7}},
    {"kind": "reach", "channel": "email"},
    {"kind": "consent", "channel": "sms", "topic": "new", "brand": "kids"},
    event(
        where=[{"property": "total", "test": {"kind": "number", "op": "gte", "value": 99.5}}],
        lines=[{"property": "category", "test": {"kind": "known"}}],
        window={"kind": "last", "span": {"amount": 90}},
        clock={"weekdays": [6, 7], "from_hour": 18, "to_hour": 23},
        once=True,
        measure={"kind": "money", "currency": "TRY"},
        test={"kind": "number", "op": "between", "value": 100, "high": 200},
    ),
    event(
        window={"kind": "since", "events": ["Product Viewed"], "first": True},
        measure={"kind": "latest", "property": "@at"},
        test={"kind": "time", "window": {"kind": "calendar", "unit": "month", "back": 1}},
    ),
    {
        "kind": "sequence",
        "stages": [
            {"events": ["Product Viewed"]},
            {"events": ["Product Added"], "within": {"amount": 2, "unit": "hour"}},
        ],
        "then_not": {"events": ["Order Completed"], "within": {"amount": 1}},
        "window": {"kind": "between", "start": "2026-01-01", "end": "2026-12-31"},
    },
    {"kind": "messages", "what": "ignored", "channel": "email"},
    {"kind": "journey", "journey": "basket", "state": "never"},
    {"kind": "share", "start": 0, "end": 10, "salt": "a"},
)


def test_every_kind_is_read() -> None:
    node = parse(json.dumps(WHOLE), AT_MS)
    assert node == msgspec.json.decode(json.dumps(WHOLE), type=tree.Node)
    assert convert(WHOLE, AT_MS) == node
    assert parse(msgspec.json.encode(node)) == node
    kinds = {one["kind"] for one in [*WHOLE["of"], *WHOLE["of"][1]["of"]]} | {"all"}
    assert kinds == {str(one.__struct_config__.tag) for one in tree.Node.__args__}


def test_what_sql_would_read_is_a_text_like_any_other() -> None:
    evil = "'; DROP TABLE people; -- {a} %s ` \\"
    body = json.dumps(
        group(
            {**CITY, "trait": evil.replace(".", "")},
            event(events=[evil], where=[{"property": evil, "test": CITY["test"]}]),
            {"kind": "member", "segment": evil},
        )
    )
    assert evil in json.loads(msgspec.json.encode(parse(body)))["of"][1]["events"]


BAD: dict[str, tuple[object, str, str]] = {
    "depth 200": (nested(200), "too_deep", "/of/0" * LIMIT_GROUPS),
    "depth 21": (nested(21), "too_deep", "/of/0" * LIMIT_GROUPS),
    "depth 100,000": ("[" * 100_000, "too_deep", "/0" * 40),
    "depth of another": ('{"a":[{"b":' * 50_000, "too_deep", "/a/0/b" * 13 + "/a"),
    "1 MB": (b'"' + b"a" * LIMIT_BYTES + b'"', "text_too_large", ""),
    "1 MB list": (
        {**CITY, "test": {"kind": "text", "op": "in", "values": ["a" * 90] * 10_001}},
        "list_too_long",
        "/test/values",
    ),
    "many conditions": (group(*[group(*[CITY] * 251)] * 2), "too_many_conditions", "/of/1/of/249"),
    "no JSON": ('{"kind": "all",\n "of": [}', "not_json", ""),
    "nothing": ("", "not_json", ""),
    "no UTF-8": (b'{"kind":\n"\xff"}', "not_json", ""),
    "NaN": ('{"kind":"share","end":NaN}', "not_finite", "/end"),
    "unknown operator": (
        {**CITY, "test": {"kind": "text", "op": "equals", "values": ["a"]}},
        "unknown_operator",
        "/test/op",
    ),
    "a string against a number": (
        {**CITY, "test": {"kind": "number", "op": "gt", "value": "12"}},
        "not_number",
        "/test/value",
    ),
    "a boolean as number": (
        {**CITY, "test": {"kind": "number", "op": "gt", "value": True}},
        "not_number",
        "/test/value",
    ),
    "a boolean as whole number": (
        event(window={"kind": "last", "span": {"amount": True}}),
        "not_whole",
        "/window/span/amount",
    ),
    "half a day": (
        event(window={"kind": "last", "span": {"amount": 1.5}}),
        "not_whole",
        "/window/span/amount",
    ),
    "a number beyond": (
        {**CITY, "test": {"kind": "number", "op": "gt", "value": 1e16}},
        "number_too_large",
        "/test/value",
    ),
    "a number of 5,000 digits": (
        '{"kind":"share","end":' + "9" * 5_000 + "}",
        "not_finite",
        "/end",
    ),
    "infinity": ('{"kind":"share","end":1e999}', "not_finite", "/end"),
    "a pattern that is none": (
        {**CITY, "test": {"kind": "text", "op": "matches", "values": ["(?=a)"]}},
        "bad_pattern",
        "/test/values/0",
    ),
    "a long pattern": (
        {**CITY, "test": {"kind": "text", "op": "matches", "values": ["a" * 1001]}},
        "text_too_long",
        "/test/values/0",
    ),
    "a pattern too large": (
        {**CITY, "test": {"kind": "text", "op": "matches", "values": ["((a{100}){100}){100}"]}},
        "bad_pattern",
        "/test/values/0",
    ),
    "51 patterns": (
        group(*[{**CITY, "test": {"kind": "text", "op": "matches", "values": ["a"]}}] * 52),
        "too_many_patterns",
        "/of/50/test/values/0",
    ),
    "a window in the future": (
        event(window={"kind": "between", "start": "2027-01-01"}),
        "window_in_future",
        "/window/start",
    ),
    "a zone that does not exist": (
        {
            "kind": "fact",
            "fact": "zone",
            "test": {"kind": "text", "op": "eq", "values": ["Europe/Ankara"]},
        },
        "unknown_zone",
        "/test/values/0",
    ),
    "NUL": ({"kind": "member", "segment": "a\0b"}, "bad_text", "/segment"),
    "half a character": ('{"kind":"member","segment":"\\ud800"}', "bad_text", "/segment"),
    "half a character in a text": ('{"kind":"member","segment":"\ud800"}', "not_json", ""),
    "a key twice": ('{"kind":"all","of":[],"of":[]}', "field_twice", "/of"),
    "no kind": ({"of": []}, "missing_kind", ""),
    "unknown kind": ({"kind": "every", "of": []}, "unknown_kind", "/kind"),
    "a kind that is no text": ({"kind": ["all"], "of": []}, "unknown_kind", "/kind"),
    "unknown field": ({**group(), "not": True}, "unknown_field", "/not"),
    "missing field": ({"kind": "all"}, "missing_field", ""),
    "a list for a group": ([CITY], "not_object", ""),
    "an object for a list": ({"kind": "all", "of": {}}, "not_list", "/of"),
    "null": (group(None), "not_object", "/of/0"),
    "a number for a text": ({"kind": "member", "segment": 5}, "not_text", "/segment"),
    "a text for a boolean": (event(once="yes"), "not_flag", "/once"),
    "unknown unit": (
        event(window={"kind": "last", "span": {"amount": 1, "unit": "days"}}),
        "unknown_unit",
        "/window/span/unit",
    ),
    "unknown channel": ({"kind": "reach", "channel": "e-mail"}, "unknown_channel", "/channel"),
    "unknown word": (
        {"kind": "reach", "channel": "sms", "state": "good"},
        "unknown_word",
        "/state",
    ),
    "11 events": (event(events=[str(i) for i in range(11)]), "list_too_long", "/events"),
    "11 stages": (
        {"kind": "sequence", "stages": [{"events": ["a"]}] * 11},
        "list_too_long",
        "/stages",
    ),
    "a wrong kind where only one fits": (
        {"kind": "messages", "what": "sent", "test": {"kind": "text", "op": "eq", "value": 1}},
        "unknown_kind",
        "/test/kind",
    ),
    "an odd key": ({**group(), "a/b~c": 1}, "unknown_field", "/a~1b~0c"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_refused_with_its_place_in_each_language(name: str) -> None:
    body, code, path = BAD[name]
    found = told(body)
    assert (code, path) in found
    for one in problems(body):
        for locale in i18n.LOCALES:
            said = one.say(locale)
            assert "{word}" not in said and "segments." not in said
            said.encode()


def test_a_pattern_that_never_ends_elsewhere_is_harmless() -> None:
    test = {"kind": "text", "op": "matches", "values": ["(a+)+$"]}
    assert parse(json.dumps({**CITY, "test": test}))


def test_all_problems_are_told_at_once() -> None:
    body = group(
        {**CITY, "test": {"kind": "txt"}},
        event(window={"kind": "last", "span": {"amount": 0, "unit": "dya"}}, tset=1),
        7,
        {"kind": "any", "of": [{"kind": "share", "end": 200}, {"kind": "member"}]},
        event(events=[], where=[{"property": "@at", "test": {"kind": "flag", "value": 1}}]),
    )
    assert told(body) == [
        ("unknown_kind", "/of/0/test/kind"),
        ("unknown_field", "/of/1/tset"),
        ("unknown_unit", "/of/1/window/span/unit"),
        ("not_object", "/of/2"),
        ("number_range", "/of/3/of/0/end"),
        ("missing_field", "/of/3/of/1"),
        ("not_flag", "/of/4/where/0/test/value"),
    ]


def test_the_nearest_known_word_is_named() -> None:
    (one,) = problems({"kind": "reach", "channel": "EMAIL"})
    assert one.params["near"] == "email"
    assert one.say("en").endswith("Did you mean “email”?")
    assert "Bunu mu demek istediniz: “email”?" in one.say("tr")
    assert "Bunu demək istəyirdiniz: “email”?" in one.say("az")


def test_no_more_than_a_hundred_problems_are_told() -> None:
    assert len(problems(group(*[5] * 400))) == MOST_PROBLEMS
    assert len(problems({f"k{i}": i for i in range(60_000)} | {"kind": "all"})) == MOST_PROBLEMS


def test_a_text_as_deep_as_allowed_is_taken() -> None:
    deepest = {
        "kind": "sequence",
        "stages": [{"events": ["a"], "where": [{"property": "b", "test": CITY["test"]}]}],
    }
    body = '{"kind":"all","of":[' * LIMIT_GROUPS + json.dumps(deepest) + "]}" * LIMIT_GROUPS
    assert parse(body)
    assert parse(json.dumps(group(*[CITY] * LIMIT_CONDITIONS)))


def test_brackets_in_texts_are_no_depth() -> None:
    body = json.dumps({"kind": "member", "segment": '[{"\\' * 200})
    assert parse(body) == tree.Member('[{"\\' * 200)


def test_texts_that_never_close_take_no_longer() -> None:
    assert told(b'"\\' * 499_000) == [("not_json", "")]


def test_plain_data_that_holds_itself_is_refused() -> None:
    loop: dict[str, Any] = {"kind": "all"}
    loop["of"] = [loop]
    with pytest.raises(SegmentNotValid) as refused:
        convert(loop)
    assert refused.value.problems[0].code == "segments.too_deep"
    laughs: list[Any] = ["ha"]
    for _ in range(25):
        laughs = [laughs, laughs]
    with pytest.raises(SegmentNotValid):
        convert(laughs)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text()
    | st.sampled_from(["all", "any", "event", "trait", "last", "number", "text", "day"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["kind", "of", "test", "events", "window", "span", "where", "op", "trait"])
        | st.text(max_size=3),
        inner,
        max_size=5,
    ),
    max_leaves=25,
)  # fmt: skip


def spoiled(value: Any, draw: Any) -> Any:
    """`value` with something else in one place or other."""
    if draw(st.integers(0, 15)) == 0:
        return draw(json_values)
    if isinstance(value, dict):
        return {key: spoiled(one, draw) for key, one in value.items()}
    return [spoiled(one, draw) for one in value] if isinstance(value, list) else value


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_no_json_raises_anything_else(data: st.DataObject) -> None:
    value = data.draw(json_values) if data.draw(st.booleans()) else spoiled(WHOLE, data.draw)
    for read in (lambda: convert(value, AT_MS), lambda: parse(json.dumps(value), AT_MS)):
        try:
            assert isinstance(read(), tree.Node)
        except SegmentNotValid as refused:
            for locale in i18n.LOCALES:
                refused.say(locale).encode()


@settings(max_examples=300, deadline=None)
@given(st.binary() | st.text() | st.text('{}[]",:\\0e-tfn'))
def test_no_bytes_raise_anything_else(body: bytes | str) -> None:
    with contextlib.suppress(SegmentNotValid):
        parse(body)
