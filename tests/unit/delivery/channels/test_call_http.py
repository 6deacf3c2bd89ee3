"""How long an answer asks to wait, and which callers may speak: whatever stands there."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given, strategies

from kervan.delivery.channels import call_http
from kervan.delivery.channels.channel import Fate, Problem
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer
from tests.unit.delivery.channels.asking import AT, request


def wait(told: str) -> float:
    """What Retry-After comes to."""
    return call_http.wait_seconds(Answer(429, {"retry-after": told}, b""), lambda: AT)


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("7", 7.0), ("0", 0.0), ("1.5", 1.5), (" 7 ", 7.0), ("", 0.0), ("-5", 0.0), ("soon", 0.0),
        ("nan", 0.0), ("inf", 0.0), ("1e400", 86_400.0), ("99999999999", 86_400.0), ("7s", 0.0),
        ("Sun, 22 Nov 2026 10:00:30 GMT", 30.0), ("Sun, 22 Nov 2026 09:00:00 GMT", 0.0),
        ("Mon, 22 Nov 2027 10:00:00 GMT", 86_400.0), ("Sun, 99 Nov 2026 10:00:00 GMT", 0.0),
        ("Sunday, 22-Nov-26 10:00:30 GMT", 30.0),
    ],
)  # fmt: skip
def test_retry_after_in_every_spelling(told: str, seconds: float) -> None:
    assert wait(told) == seconds


@given(strategies.text(max_size=40))
def test_no_retry_after_breaks_anything(told: str) -> None:
    assert 0.0 <= wait(told) <= call_http.LONGEST_SECONDS


@given(strategies.integers(0, 86_400))
def test_a_date_and_seconds_say_the_same(seconds: int) -> None:
    told = format_datetime((AT + timedelta(seconds=seconds)).astimezone(UTC), usegmt=True)
    assert wait(told) == wait(str(seconds)) == seconds


@pytest.mark.parametrize(
    ("status", "problem"),
    [(301, Problem.ACCOUNT), (401, Problem.ACCOUNT), (403, Problem.ACCOUNT),
     (429, Problem.THROTTLED)],
)  # fmt: skip
def test_what_the_front_of_any_api_says(status: int, problem: Problem) -> None:
    told = call_http.turned_away(Answer(status, {}, b""), lambda: AT)
    assert told is not None and (told.fate, told.problem) == (Fate.DEFERRED, problem)


@pytest.mark.parametrize("status", [200, 400, 404, 500, 503])
def test_what_only_the_provider_can_say(status: int) -> None:
    assert call_http.turned_away(Answer(status, {}, b""), lambda: AT) is None


@pytest.mark.parametrize("raw", [b"", b"<html>", b"[1]", b"\xff", b"[" * 100_000, b"null"])
def test_what_is_no_object_is_none(raw: bytes) -> None:
    assert call_http.as_object(raw) is None


@pytest.mark.parametrize(
    ("source", "allowed"),
    [
        ("203.0.113.9", True), ("::ffff:203.0.113.9", True), ("2001:db8::5", True),
        ("198.51.100.4", True), ("198.51.100.5", False), ("2001:db9::5", False), ("", False),
        ("203.0.113.9, 10.0.0.1", False), ("localhost", False),
    ],
)  # fmt: skip
def test_which_callers_may_speak(source: str, allowed: bool) -> None:
    named = ["203.0.113.0/24", " 198.51.100.4 ", "2001:db8::/32"]
    if allowed:
        call_http.check_source(request(b"", source=source), named)
        return
    with pytest.raises(KervanError) as refused:
        call_http.check_source(request(b"", source=source), named)
    assert (refused.value.code, refused.value.status) == ("delivery.hook_forged", 401)


def test_our_own_id_is_known_in_any_spelling_and_nothing_else_is() -> None:
    name = "01931b6e-7000-7000-8000-000000000001"
    assert str(call_http.ours(name.upper())) == str(call_http.ours(name.replace("-", ""))) == name
    odd: list[object] = [None, "", 7, "x" * 32, [], datetime(2026, 1, 1, tzinfo=UTC)]
    assert all(call_http.ours(one) is None for one in odd)
