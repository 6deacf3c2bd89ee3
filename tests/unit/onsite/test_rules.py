"""What every page may read, and what is kept out of it because it is about a person."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kervan.onsite import rules
from kervan.onsite.store import Version
from tests.unit.onsite.winter import WORDS, campaign

_AT = datetime(2026, 11, 27, tzinfo=UTC)
_PERSONAL = {"tr": [{"type": "heading", "text": "{{ person.first_name | default('x') }} gizli"}]}


def _version(*, paused: bool = False, **changed: Any) -> Version:
    one = campaign(**changed)
    return Version(one.key, paused, 3, one, [], _AT, "ayla")


def _document(*versions: Version, language: str = "tr") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(rules.document(versions, language, _AT))["campaigns"]
    return found


def test_a_piece_for_everybody_is_there_whole() -> None:
    [rule] = _document(_version(triggers={"seconds": 3}, goal={"event": "Order Completed"}))
    assert (rule["key"], rule["version"], rule["ask"], rule["waits"]) == ("winter", 3, False, True)
    assert rule["variants"] == [{"key": "a", "weight": 1, "blocks": WORDS[:1] + WORDS[1:]}]
    assert rule["triggers"] == {"seconds": 3}
    assert rule["hours"] == 168


@pytest.mark.parametrize(
    "changed", [{"audience": "vip"}, {"frequency": {"person": {"times": 1}}}, {"blocks": _PERSONAL}]
)
def test_of_one_about_a_person_no_word_is(changed: dict[str, Any]) -> None:
    [rule] = _document(_version(**changed))
    assert rule["ask"] is True
    assert "variants" not in rule
    assert "vip" not in json.dumps(rule) and "gizli" not in json.dumps(rule)


def test_what_is_paused_or_over_is_not_there_and_the_first_comes_first() -> None:
    over = _version(key="over", until=(_AT - timedelta(seconds=1)).isoformat())
    found = _document(
        _version(key="b"), _version(key="a"), _version(key="z", priority=5), over,
        _version(key="paused", paused=True),
    )  # fmt: skip
    assert [one["key"] for one in found] == ["z", "a", "b"]


def test_a_reader_gets_her_language_or_the_campaigns() -> None:
    both = {"tr": WORDS, "az": [{"type": "heading", "text": "Hədiyyəniz"}]}
    assert _document(_version(blocks=both), language="az")[0]["language"] == "az"
    assert _document(_version(blocks=both), language="en")[0]["language"] == "tr"
    assert _document(_version(blocks=both, language="az"), language="en")[0]["language"] == "az"


def test_the_same_rules_have_the_same_tag() -> None:
    assert json.loads(rules.document([], "tr", _AT, "BPkey"))["push"] == "BPkey"
    one, other = (rules.document([_version()], "tr", _AT) for _ in range(2))
    assert rules.tag(one) == rules.tag(other) != rules.tag(b"{}")
