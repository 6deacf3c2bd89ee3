"""A text becomes a broadcast, or all that is wrong with it is said at once, each at its place."""

import pytest

from kervan.delivery.broadcasts import read
from kervan.delivery.broadcasts.definition import Broadcast, canonical, decode
from kervan.kernel.shaped import NotValid
from tests.house.tree import ROOT

PLACE = ROOT / "docs" / "reference" / "broadcast.schema.json"
LEAST: dict[str, object] = {
    "key": "news", "name": "News", "segment": "loyal", "message": "news",
}  # fmt: skip
TWO = [{"name": "A", "message": "one"}, {"name": "B", "message": "two", "weight": 3}]


def wrong(**parts: object) -> set[tuple[str, str]]:
    """(place, code) of all that is wrong with a broadcast; None takes a part away."""
    whole = {name: one for name, one in {**LEAST, **parts}.items() if one is not None}
    with pytest.raises(NotValid) as refused:
        read.read(whole)
    for one in refused.value.problems:
        for locale in ("tr", "az", "en"):
            assert "{" not in one.what(locale), one
    return {(o.path, o.code.removeprefix("delivery.broadcast_")) for o in refused.value.problems}


def test_what_is_read_is_what_was_written() -> None:
    found = read.read(LEAST)
    assert found == Broadcast(key="news", name="News", segment="loyal", message="news")
    assert decode(canonical(found)) == found
    whole = read.read({
        **LEAST, "message": "", "at": "2026-11-27T10:00", "local": True, "spread_hours": 2,
        "except": ["tired"], "channels": ["sms", "email"], "hold_out_percent": 5, "priority": 1,
        "test": {"variants": TWO, "metric": "conversion", "event": "Order Completed"},
        "resend": {"after_hours": 48, "message": "again"},
        "best": {"channel": True, "from": "10:00"},
    })  # fmt: skip
    assert whole.test is not None and [one.weight for one in whole.test.variants] == [1, 3]
    assert decode(canonical(whole)) == whole


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert wrong(
        segment="loyal", everybody=True, message=None, channels=["email", "pigeon", "email"],
        at="tomorrow", test={"share_percent": 0, "variants": [{"name": "A B", "message": "x"}]},
        resend={"hours": 3},
    ) == {
        ("/segment", "audience"), ("/channels/1", "unfit"), ("/channels/2", "channel_twice"),
        ("/at", "time"), ("/test/share_percent", "unfit"), ("/test", "variants"),
        ("/resend", "unknown_field"), ("/resend", "missing"),
    }  # fmt: skip


def test_a_field_that_cannot_be_read_hides_no_other() -> None:
    assert wrong(
        key="A b", name=None, colour="red", segment=5, at="tomorrow", priority=11, local=True,
        expires_hours=0, resend={"after_hours": "soon", "message": "A b"},
    ) == {
        ("/key", "unfit"), ("", "missing"), ("", "unknown_field"), ("/segment", "unfit"),
        ("/at", "time"), ("/priority", "unfit"), ("/expires_hours", "unfit"),
        ("/resend/after_hours", "unfit"), ("/resend/message", "unfit"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"colour": "red"}, ("", "unknown_field")),
        ({"segment": None}, ("", "audience")),
        ({"message": None}, ("", "one_message")),
        ({"test": {"variants": TWO}}, ("/message", "one_message")),
        ({"local": True}, ("/local", "local_now")),
        ({"local": True, "at": "best"}, ("/local", "local_now")),
        ({"at": "best", "best": {"until": "24:30"}}, ("/best/until", "unfit")),
        ({"at": "2026-11-27T10:00+03:00", "local": True}, ("/at", "local_offset")),
        ({"at": "2026-13-27T10:00"}, ("/at", "time")),
        ({"spread_hours": -1}, ("/spread_hours", "unfit")),
        ({"message": None, "test": {"variants": [TWO[0], TWO[0]]}},
         ("/test/variants/1/name", "variant_twice")),
        ({"message": None, "test": {"variants": [TWO[0], {"name": "resend", "message": "x"}]}},
         ("/test/variants/1/name", "variant_twice")),
        ({"message": None, "test": {"variants": TWO, "metric": "conversion"}}, ("/test", "metric")),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(
    parts: dict[str, object], said: tuple[str, str]
) -> None:
    assert wrong(**parts) == {said}


def test_the_published_schema_is_todays() -> None:
    assert PLACE.read_text(encoding="utf-8") == read.schema_text(), "write schema_text() there"
