"""A definition written as a text and read again is the same definition."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kervan.journeys import parse, text, write
from kervan.journeys.convert import plain

ROOT = Path(__file__).parents[3]
TEXTS = sorted([
    *(ROOT / "examples").glob("abandoned-basket.yaml"),
    *(ROOT / "src/kervan/journeys/library").glob("*/journey.yaml"),
])  # fmt: skip
_words = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12
).filter(lambda one: bool(one.strip()))  # fmt: skip
_odd = st.sampled_from(
    ["on", "yes", "12:30", "1e5", "null", "~", "0x1", "- a", "a: b", "'", "#", "\n a"]
)
_texts = _words | _odd
_scalars = _texts | st.integers(-9, 9) | st.booleans() | st.sampled_from([0.5, 2.25])
_lengths = st.sampled_from(["1 second", "90 minutes", "1 week 3 days", "36 hours", "2 hours, 1 s"])
_events = st.fixed_dictionaries(
    {"event": _texts.filter(lambda one: not one.startswith("Journey"))},
    optional={"where": st.lists(
        st.fixed_dictionaries({"property": _texts, "eq": _scalars}), min_size=1, max_size=2
    )},
)  # fmt: skip
_triggers = _events | st.sampled_from([
    {"segment_left": "vip"}, {"called": True}, {"date": {"field": "birthday", "days": -3}},
    {"schedule": {"segment": "vip", "every": "month", "on": [1, 15], "at": "09:30"}},
    {"catalogue": {"change": "price_drop", "by": 0.25, "looked": "2 weeks"}},
    {"message": {"keywords": ["katıl", "1 JOIN"]}},
])  # fmt: skip
_TREE = {"kind": "all", "of": [{"kind": "member", "segment": "vip"}]}
_heads = st.fixed_dictionaries(
    {"key": st.just("hello"), "name": _texts, "trigger": _triggers},
    optional={
        "per": _texts, "reentry": st.sampled_from(["never", "always", "after_exit", "3 days"]),
        "starts": st.just("2026-12-01 10:00"), "ends": st.just("2027-01-01 Asia/Baku"),
        "zone": st.just("Asia/Baku"), "hold_out": st.sampled_from([0, 0.05]),
        "limit": st.sampled_from([{"total": 5}, {"count": 2, "within": "1 hour"}]),
        "priority": st.integers(0, 9), "exit_on": st.lists(_events, max_size=2),
        "exit_when": st.just(_TREE), "keep": st.just(["basket"]),
        "goal": st.builds(lambda one, within: {**one, "within": within}, _events, _lengths),
    },
)  # fmt: skip


@st.composite
def _journeys(draw: st.DrawFn) -> dict[str, Any]:
    steps: list[dict[str, Any]] = []
    count = draw(st.integers(1, 5))
    for i in range(count):
        below = f"s{i + 1}" if i + 1 < count else "end"
        kind = draw(st.sampled_from(["for", "until", "send", "branch"]))
        if kind == "for":
            one = {"kind": "wait", "for": draw(_lengths)}
        elif kind == "until":
            until = draw(st.lists(_events, min_size=1, max_size=2))
            ways = {"matched": "end", "timed_out": below}
            one = {"kind": "wait", "until": until, "timeout": draw(_lengths), "next": ways}
        elif kind == "send":
            one = {"kind": "send", "message": draw(_texts), "expires": draw(_lengths)}
        else:
            one = {"kind": "branch", "ways": [{"name": "gold", "when": _TREE}],
                   "next": {"gold": below, "else": "end"}}  # fmt: skip
        steps.append({"key": f"s{i}", **one})
    steps.append({"key": "end", "kind": "exit", "reason": draw(_texts)})
    return {"journey": {**draw(_heads), "steps": steps}}


@settings(max_examples=25)
@given(_journeys())
def test_what_is_written_reads_as_the_same(journey: dict[str, Any]) -> None:
    first = parse.parse(text.write(journey))
    again = parse.parse(write.write(first))
    assert again == first
    assert write.plain(again) == write.plain(first)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.parent.name)
def test_the_ready_made_ones_read_as_the_same(path: Path) -> None:
    first = parse.parse(path.read_text(encoding="utf-8"))
    assert parse.parse(write.write(first)) == first


@settings(max_examples=25)
@given(st.recursive(
    _scalars | st.none(),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(_texts, one, max_size=3),
    max_leaves=8,
))  # fmt: skip
def test_plain_data_reads_as_it_was_written(value: object) -> None:
    assert plain(text.read(text.write({"a": value}))) == {"a": value}
