"""A text becomes a campaign, or all that is wrong with it is told at once with its place."""

from typing import Any

import pytest

from kervan.kernel.shaped import NotValid
from kervan.onsite.definition import Often, read
from tests.unit.onsite.winter import WORDS, campaign, plain


def _problems(value: Any) -> list[tuple[str, str]]:
    with pytest.raises(NotValid) as caught:
        read(value)
    assert all(one.what(locale) for one in caught.value.problems for locale in ("tr", "az", "en"))
    return [(one.path, one.code.removeprefix("onsite.text_")) for one in caught.value.problems]


def test_what_is_not_said_is_moderate() -> None:
    found = campaign()
    assert (found.frequency.device, found.frequency.after_close_days) == (None, 7)
    assert campaign(frequency={"device": {"times": 2}}).frequency.device == Often(2, 0)
    assert (found.purpose, found.before_consent, found.audience) == ("marketing", False, "")
    assert [one.key for one in found.texts] == ["a"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    wrong = plain(
        blocks={"tr": [*WORDS, {"type": "script", "text": "x"}, {"type": "text", "txt": "x"}]},
        triggers={"seconds": -1}, look={"accent": "red"}, frequency={"device": {"times": 0}},
        kind="tooltip",
    )  # fmt: skip
    assert _problems(wrong) == [
        ("/blocks/tr/2", "block"), ("/blocks/tr/3", "unknown_field"),
        ("/triggers/seconds", "unfit"), ("/frequency/device/times", "unfit"),
        ("/look/accent", "unfit"), ("/kind", "unfit"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ([], ("", "no_mapping")),
        (plain(key="Winter!"), ("/key", "key")),
        (plain(name="two\nlines"), ("/name", "name")),
        (plain(key=None), ("", "missing")),
        (plain(surprise=1), ("", "unknown_field")),
        (plain(blocks={"tr": [{"type": "text", "text": "x" * 999}] * 70}), ("", "too_large")),
        (plain(blocks={"tr": [7]}), ("/blocks/tr/0", "block")),
    ],
)
def test_each_of_these_is_refused(value: Any, problem: tuple[str, str]) -> None:
    assert problem in _problems(value)
