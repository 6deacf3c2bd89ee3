"""The engine names what is missing also where a filter of ours would be handed nothing."""

import pytest

from kervan.content.engine import Engine
from kervan.kernel.errors import KervanError
from tests.unit.content.mails import text_of


@pytest.mark.parametrize("filter_", ["upper", "money('TRY')", "truncate(3)", "date", "number"])
def test_what_is_missing_is_named_before_a_filter(filter_: str) -> None:
    with pytest.raises(KervanError) as caught:
        text_of("\n{{ n | " + filter_ + " }}", {})
    assert (caught.value.code, caught.value.params["name"]) == ("content.missing_value", "n")
    assert caught.value.params["line"] == 2


def test_what_is_false_or_nothing_is_there() -> None:
    assert text_of("{{ n | number }}{{ t | upper }}", {"n": 0, "t": ""}) == "0"


def test_room_is_for_one_message() -> None:
    engine = Engine({"a.txt": "\x01{ n }\x01"}, {"a.txt": "text"}, "en", room=5)
    for _ in range(3):
        engine.start()
        assert engine.run("a.txt", {"n": "12345"}) == "12345"
    with pytest.raises(KervanError) as caught:
        engine.run("a.txt", {"n": "1"})
    assert (caught.value.code, caught.value.params["limit"]) == ("content.output_too_long", 5)
