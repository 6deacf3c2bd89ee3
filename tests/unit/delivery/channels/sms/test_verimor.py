"""A text through Verimor: what its documented answers, pushes and refusals come to."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from kervan.delivery.channels.channel import Fate, Inbound, Outcome, Outgoing, Problem, Receipt
from kervan.delivery.channels.sms import verimor
from kervan.delivery.channels.sms.verimor import PROVIDER, Settings
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Client, Unanswered
from tests.simulators.verimor.server import Verimor, push
from tests.unit.delivery.channels.asking import (
    AT,
    MESSAGE,
    PHONE,
    asked,
    fixture,
    outgoing,
    patience,
    request,
)

DEST = PHONE.removeprefix("+")


@pytest.fixture
def provider() -> Iterator[Verimor]:
    """An account at Verimor, whose clock stands."""
    with Verimor(lambda: AT) as one:
        assert isinstance(one, Verimor)
        yield one


def settings(provider: Verimor, **changed: Any) -> Settings:
    """Right settings for it."""
    given = {
        "username": provider.username, "password": provider.password, "sender": "MAGAZA",
        "base_url": provider.url, **changed,
    }  # fmt: skip
    return msgspec.convert(given, Settings)


def sent(
    provider: Verimor, *messages: Outgoing, timeout_seconds: float = 10.0, **changed: Any
) -> list[Outcome]:
    """What became of each."""

    async def work(client: Client) -> list[Outcome]:
        line = verimor.Verimor(settings(provider, **changed), client, lambda: AT)
        return [await line.send(one) for one in messages]

    found: list[Outcome] = asked(work, timeout_seconds=timeout_seconds)
    return found


def text(words: str = "Sepetiniz sizi bekliyor", **changed: Any) -> Outgoing:
    """A message with this text."""
    return outgoing({"text": words}, **changed)


def order(provider: Verimor) -> Any:
    """The order that came last."""
    return json.loads(provider.calls[-1].body)


def test_a_text_is_taken_under_our_own_id(provider: Verimor) -> None:
    [outcome] = sent(provider, text())
    assert outcome == Outcome(Fate.ACCEPTED, reference=str(provider.sent[0].campaign))
    assert (provider.sent[0].custom, provider.sent[0].custom_campaign) == (str(MESSAGE),) * 2
    told = order(provider)
    assert (told["is_commercial"], told["iys_recipient_type"]) == (True, "BIREYSEL")
    assert (told["datacoding"], told["valid_for"]) == ("0", "06:00")


def test_a_confirmation_is_not_commercial(provider: Verimor) -> None:
    provider.brand_code = False
    [outcome] = sent(provider, text(marketing=False))
    assert outcome.fate is Fate.ACCEPTED and order(provider)["is_commercial"] is False


@pytest.mark.parametrize(
    ("words", "fold", "coding", "written"),
    [
        ("Şimdi ığdır", "foreign", "1", "Şimdi ığdır"),
        ("Şimdi ığdır", "gsm", "0", "Simdi igdir"),
        ("Sizə endirim", "foreign", "0", "Size endirim"),
        ("Sizə endirim", "signs", "2", "Sizə endirim"),
        ("“Merhaba” … 🎁", "foreign", "2", "“Merhaba” … 🎁"),
    ],
)
def test_the_alphabet_follows_the_text_as_it_is_folded(
    provider: Verimor, words: str, fold: str, coding: str, written: str
) -> None:
    [outcome] = sent(provider, text(words), fold=fold)
    assert outcome.fate is Fate.ACCEPTED
    assert (order(provider)["datacoding"], provider.sent[0].text) == (coding, written)


def test_a_number_abroad_is_written_as_the_guide_wants(provider: Verimor) -> None:
    [outcome] = sent(provider, text("Şəki", to="+994501234567"))
    assert outcome.fate is Fate.ACCEPTED
    assert provider.sent[0].dest == "00994501234567" and "datacoding" not in order(provider)


def test_how_long_it_may_wait_stays_within_the_guides_limits(provider: Verimor) -> None:
    for left, told in ((timedelta(seconds=5), "00:01"), (timedelta(days=9), "48:00")):
        [outcome] = sent(provider, text(f"{left}", expires_at=AT + left))
        assert outcome.fate is Fate.ACCEPTED and order(provider)["valid_for"] == told


@pytest.mark.parametrize(
    ("words", "code"),
    [("", "empty"), ("  ", "empty"), ("x" * 1072, "too_long"), ("ş" * 1044, "too_long")],
)
def test_what_no_phone_would_get_is_not_handed_over(
    provider: Verimor, words: str, code: str
) -> None:
    assert sent(provider, text(words)) == [Outcome(Fate.REJECTED, Problem.CONTENT, code)]
    assert not provider.calls


def test_the_longest_text_is_taken(provider: Verimor) -> None:
    [plain, turkish] = sent(provider, text("x" * 1066), text("ş" * 1038))
    assert (plain.fate, turkish.fate) == (Fate.ACCEPTED, Fate.ACCEPTED)


@pytest.mark.parametrize(
    ("change", "fate", "problem", "code"),
    [
        ({"headers": ["OTHER"]}, Fate.DEFERRED, Problem.ACCOUNT, "INVALID_SOURCE_ADDRESS"),
        ({"brand_code": False}, Fate.DEFERRED, Problem.ACCOUNT, "MISSING_IYS_BRAND_CODE"),
        ({"credits": 0}, Fate.DEFERRED, Problem.ACCOUNT, "INSUFFICIENT_CREDITS"),
        ({"password": "other"}, Fate.DEFERRED, Problem.ACCOUNT, "http_401"),
        ({"ip_allowed": False}, Fate.DEFERRED, Problem.ACCOUNT, "http_401"),
    ],
)
def test_an_account_that_cannot_send_rests(
    provider: Verimor, change: dict[str, Any], fate: Fate, problem: Problem, code: str
) -> None:
    given = settings(provider)
    for name, value in change.items():
        setattr(provider, name, value)
    found = asked(lambda client: verimor.Verimor(given, client, lambda: AT).send(text()))
    assert found == Outcome(fate, problem, code) and not provider.sent


def test_a_text_or_a_number_that_is_refused(provider: Verimor) -> None:
    forbidden, nowhere = sent(provider, text("yasak söz"), text(to="+90212"))
    assert forbidden == Outcome(Fate.REJECTED, Problem.CONTENT, "FORBIDDEN_MESSAGE")
    assert nowhere == Outcome(Fate.REJECTED, Problem.ADDRESS, "INVALID_DESTINATION_ADDRESS")


def test_faster_than_the_account_may(provider: Verimor) -> None:
    found = sent(provider, *(text(f"{i}") for i in range(241)))
    assert {one.fate for one in found[:240]} == {Fate.ACCEPTED}
    assert found[240] == Outcome(Fate.DEFERRED, Problem.THROTTLED, "http_429")


@pytest.mark.parametrize(
    "kind", ["cut", "half", "hang", "500-after", "html-after", "empty-after", "500", "503", "html"]
)
def test_no_whole_answer_is_a_doubt_that_our_id_resolves(provider: Verimor, kind: str) -> None:
    provider.fail(kind)
    [outcome] = sent(provider, text(), timeout_seconds=patience(kind))
    assert outcome.fate is Fate.DOUBT
    provider.settle(DEST)
    found = asked(lambda client: verimor.ask(settings(provider), client, [(MESSAGE, "")]))
    taken = kind not in ("500", "503", "html")
    assert [one.kind for one in found] == (["delivered"] if taken else [])
    assert all(one.message == MESSAGE for one in found)


def test_no_line_is_no_doubt(provider: Verimor) -> None:
    [outcome] = sent(provider, text(), base_url="http://127.0.0.1:1")
    assert (outcome.fate, outcome.problem) == (Fate.DEFERRED, Problem.LINE)


@pytest.mark.parametrize("kind", ["302", "429-seconds"])
def test_the_front_of_the_api_took_nothing(provider: Verimor, kind: str) -> None:
    provider.fail(kind)
    [outcome] = sent(provider, text())
    assert outcome.fate is Fate.DEFERRED and not provider.sent


def test_the_same_words_twice_a_day_count_as_sent(provider: Verimor) -> None:
    other = replace(text(), message=uuid.uuid4())
    sent(provider, text(), other)
    assert [one.status for one in provider.sent] == ["WAITING", "DOUBLE_SEND_ERROR"]
    [news] = verimor.read(settings(provider), request(provider.pushes()[0])).news
    assert isinstance(news, Receipt)
    assert (news.kind, news.message, news.code) == ("accepted", other.message, "DOUBLE_SEND_ERROR")


@pytest.mark.parametrize(
    ("status", "error", "kind", "problem"),
    [
        ("DELIVERED", "0", "delivered", Problem.NONE),
        ("SENT", "0", "accepted", Problem.NONE),
        ("NOT_DELIVERED", "6", "failed", Problem.NONE),
        ("NOT_DELIVERED", "1", "failed", Problem.ADDRESS),
        ("EXPIRED", "2048", "failed", Problem.NONE),
        ("INVALID_DESTINATION_ADDRESS", "0", "failed", Problem.ADDRESS),
        ("REJECTED", "2051", "failed", Problem.CONTENT),
        ("BLACKLISTED_DESTINATION_ADDRESS", "0", "refused", Problem.REFUSED),
        ("NOT_ALLOWED_BY_IYS", "0", "failed", Problem.NONE),
        ("WAITING", "0", None, None),
        ("SOMETHING_NEW", "0", None, None),
    ],
)
def test_what_a_push_says(
    provider: Verimor, status: str, error: str, kind: str | None, problem: Problem | None
) -> None:
    sent(provider, text())
    [body] = provider.settle(DEST, status, error)
    hook = verimor.read(settings(provider), request(body))
    assert (hook.status, hook.body) == (200, b"OK")
    if kind is None:
        assert hook.news == []
        return
    [news] = hook.news
    assert isinstance(news, Receipt)
    assert (news.kind, news.problem, news.message) == (kind, problem, MESSAGE)
    assert (news.at, news.reference) == (AT, str(provider.sent[0].campaign))


def test_a_refusal_and_a_missing_consent_are_told_apart(provider: Verimor) -> None:
    provider.blacklist, provider.no_consent = {DEST}, {"905320000000"}
    sent(provider, text(), replace(text(to="+905320000000"), message=uuid.uuid4()))
    news = [verimor.read(settings(provider), request(one)).news[0] for one in provider.pushes()]
    assert [getattr(one, "kind", "") for one in news] == ["refused", "failed"]


def test_the_guides_own_samples() -> None:
    given = Settings(username="u", password="p")
    news = verimor.read(given, request(fixture("verimor", "sms_push.json"))).news
    at = datetime(2015, 2, 20, 14, 6, tzinfo=UTC)  # two hours from UTC, that winter
    assert news == [Receipt("delivered", at, "20121")] * 2
    [inbound] = verimor.read(given, request(fixture("verimor", "sms_inbound_push.json"))).news
    assert isinstance(inbound, Inbound)
    assert (inbound.id, inbound.address, inbound.text) == (
        "1234",
        "+905319876543",
        "verimor deneme",
    )
    assert (inbound.at, inbound.to) == (datetime(2017, 1, 1, 6, tzinfo=UTC), "908501234567")


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1]", b"\xff", b"<html>", b'{"type": "outbound"}', b"[" * 100_000]
)
def test_a_call_that_is_no_push_is_refused(body: bytes) -> None:
    with pytest.raises(KervanError) as refused:
        verimor.read(Settings(username="u", password="p"), request(body))
    assert (refused.value.code, refused.value.status) == ("delivery.hook_unreadable", 400)


@pytest.mark.parametrize(
    ("source", "allowed"),
    [("203.0.113.7", True), ("::ffff:203.0.113.7", True), ("203.0.114.7", False), ("", False)],
)
def test_only_its_own_addresses_may_call(source: str, allowed: bool) -> None:
    given = Settings(username="u", password="p", hook_sources=["198.51.100.4", "203.0.113.0/24"])
    call = request(push([]), source=source)
    if allowed:
        assert verimor.read(given, call).news == []
        return
    with pytest.raises(KervanError) as refused:
        verimor.read(given, call)
    assert (refused.value.code, refused.value.status) == ("delivery.hook_forged", 401)


def test_a_source_that_is_none_is_refused_at_once(provider: Verimor) -> None:
    with pytest.raises(KervanError) as refused:
        sent(provider, text(), hook_sources=["everywhere"])
    assert refused.value.code == "delivery.hook_source_invalid"


def test_inbound_texts_are_brought_page_by_page(provider: Verimor) -> None:
    provider.inbound = [
        {
            "message_id": number, "created_at": "2026-11-22T13:00:00.000+03:00",
            "network": "TTMOBIL", "source_addr": "905335876543", "destination_addr": "4609",
            "keyword": "magaza", "content": "magaza İPTAL",
            "received_at": "2026-11-22T13:00:01.000+03:00",
        }
        for number in range(1, 251)
    ]  # fmt: skip
    assert PROVIDER.poll is not None
    news = asked(lambda client: PROVIDER.poll(settings(provider), client, AT))
    assert [one.id for one in news] == [str(number) for number in range(1, 251)]
    assert (news[0].text, news[0].at) == ("magaza İPTAL", AT + timedelta(seconds=1))
    assert news[0].data == {"keyword": "magaza", "network": "TTMOBIL"}


def test_what_is_left_is_asked(provider: Verimor) -> None:
    assert asked(lambda client: verimor.left(settings(provider), client)) == ("1000", "SMS")
    for kind in ("html", "500", "429", "empty"):
        provider.fail(kind)
        with pytest.raises(Unanswered):
            asked(lambda client: verimor.left(settings(provider), client))
    with pytest.raises(Unanswered):
        asked(lambda client: verimor.left(settings(provider, password="x"), client))


def test_a_question_without_an_answer_is_not_taken_for_none(provider: Verimor) -> None:
    for kind in ("html", "500", "429", "empty"):
        provider.fail(kind)
        with pytest.raises(Unanswered):
            asked(lambda client: verimor.poll(settings(provider), client, AT))


def test_no_word_of_the_person_stands_in_what_is_logged(provider: Verimor) -> None:
    message = text()
    assert PHONE not in repr(message) and "Sepetiniz" not in repr(message)
    [outcome] = sent(provider, message)
    assert PHONE not in repr(outcome)
