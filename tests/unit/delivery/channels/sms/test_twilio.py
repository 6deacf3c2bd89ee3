"""A text through Twilio: its errors, its signed callbacks in any order, texts that come in."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

import msgspec
import pytest

from kervan.delivery.channels.channel import (
    Fate,
    Inbound,
    Outcome,
    Outgoing,
    Problem,
    Receipt,
    Request,
)
from kervan.delivery.channels.sms import twilio
from kervan.delivery.channels.sms.twilio import PROVIDER, Settings
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client, Unanswered
from tests.simulators.twilio.server import Twilio
from tests.unit.delivery.channels.asking import (
    AT,
    MESSAGE,
    PHONE,
    asked,
    fixture,
    outgoing,
    patience,
    request,
    sent,
)

HOOK = "https://kervan.example/hooks/sms/abc"


@pytest.fixture
def provider() -> Iterator[Twilio]:
    """An account at Twilio."""
    with Twilio(clock.now) as one:
        assert isinstance(one, Twilio)
        yield one


def settings(provider: Twilio, **changed: Any) -> Settings:
    """Right settings for it."""
    given = {
        "account_sid": provider.account, "auth_token": provider.token,
        "sender": provider.senders[0], "callback_url": HOOK, "base_url": provider.url, **changed,
    }  # fmt: skip
    return msgspec.convert(given, Settings)


def text(words: str = "Sepetiniz sizi bekliyor", **changed: Any) -> Outgoing:
    """A message with this text."""
    return outgoing({"text": words}, expires_at=clock.now() + timedelta(hours=1), **changed)


def called(told: tuple[str, bytes, str], **changed: Any) -> Request:
    """A call of Twilio's as the edge gives it on."""
    url, body, signature = told
    given = {"url": url, "headers": {"x-twilio-signature": signature}, **changed}
    return request(body, **given)


def test_a_text_is_taken_and_its_callback_carries_our_id(provider: Twilio) -> None:
    [outcome] = sent(PROVIDER, settings(provider), text("Şimdi"))
    [taken] = provider.messages
    assert outcome == Outcome(Fate.ACCEPTED, reference=taken.sid)
    assert (taken.to, taken.body) == (PHONE, "Şimdi")
    assert taken.callback == f"{HOOK}?message={MESSAGE}"
    form = parse_qs(provider.calls[0].body.decode())
    assert 3500 <= int(form["ValidityPeriod"][0]) <= 3600


def test_a_messaging_service_may_be_the_sender(provider: Twilio) -> None:
    [outcome] = sent(PROVIDER, settings(provider, sender=provider.senders[1]), text())
    assert outcome.fate is Fate.ACCEPTED


def test_the_validity_stays_within_twilios_limits(provider: Twilio) -> None:
    late = replace(text(), expires_at=clock.now() + timedelta(days=3))
    past = replace(text(), expires_at=clock.now() - timedelta(days=3))
    found = sent(PROVIDER, settings(provider), late, past)
    assert [one.fate for one in found] == [Fate.ACCEPTED] * 2


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"token": "other"}, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "20003")),
        ({"senders": []}, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "21606")),
        ({"stopped": {PHONE}}, Outcome(Fate.REJECTED, Problem.REFUSED, "21610")),
        ({"landlines": {PHONE}}, Outcome(Fate.REJECTED, Problem.ADDRESS, "21614")),
        ({"most_calls": 0}, Outcome(Fate.DEFERRED, Problem.THROTTLED, "20429")),
    ],
)
def test_what_its_codes_mean(provider: Twilio, change: dict[str, Any], outcome: Outcome) -> None:
    given = settings(provider)
    for name, value in change.items():
        setattr(provider, name, value)
    assert sent(PROVIDER, given, text()) == [outcome] and not provider.messages


def test_a_number_that_is_none_and_texts_that_are_too_long(provider: Twilio) -> None:
    given = settings(provider)
    nowhere, ucs2, plain = sent(PROVIDER, given, text(to="+90"), text("ş" * 1609), text("x" * 1601))
    assert nowhere == Outcome(Fate.REJECTED, Problem.ADDRESS, "21211")
    assert {ucs2.code, plain.code} == {"too_long"}
    assert len(provider.calls) == 1


@pytest.mark.parametrize(
    "kind", ["cut", "half", "hang", "500-after", "html-after", "empty-after", "500", "503", "html"]
)
def test_a_doubt_is_resolved_by_the_callback(provider: Twilio, kind: str) -> None:
    provider.fail(kind)
    given = settings(provider)
    [outcome] = sent(PROVIDER, given, text(), timeout_seconds=patience(kind))
    assert outcome.fate is Fate.DOUBT
    for taken in provider.messages:
        [news] = twilio.read(given, called(provider.callback(taken, "delivered"))).news
        assert news == Receipt("delivered", AT, taken.sid, MESSAGE)


@pytest.mark.parametrize(
    ("kind", "seconds"), [("429", 0), ("429-seconds", 7), ("429-absurd", 86400)]
)
def test_faster_than_it_allows(provider: Twilio, kind: str, seconds: float) -> None:
    provider.fail(kind)
    [outcome] = sent(PROVIDER, settings(provider), text())
    assert outcome == Outcome(Fate.DEFERRED, Problem.THROTTLED, "http_429", "", seconds)


def test_callbacks_come_in_any_order(provider: Twilio) -> None:
    given = settings(provider)
    sent(PROVIDER, given, text())
    [taken] = provider.messages
    told = []
    for status in ("delivered", "sent", "queued", "sending", "read", "whatever_is_new"):
        hook = twilio.read(given, called(provider.callback(taken, status)))
        told.append([getattr(one, "kind", "") for one in hook.news])
    assert told == [["delivered"], ["accepted"], [], [], ["read"], []]


@pytest.mark.parametrize(
    ("status", "error", "kind", "problem", "code"),
    [
        ("undelivered", 30003, "failed", Problem.NONE, "30003"),
        ("undelivered", 30005, "failed", Problem.ADDRESS, "30005"),
        ("failed", 30007, "failed", Problem.CONTENT, "30007"),
        ("failed", 21610, "refused", Problem.REFUSED, "21610"),
        ("failed", 30002, "failed", Problem.ACCOUNT, "30002"),
        ("canceled", 0, "failed", Problem.NONE, "canceled"),
    ],
)
def test_why_it_failed(
    provider: Twilio, status: str, error: int, kind: str, problem: Problem, code: str
) -> None:
    given = settings(provider)
    sent(PROVIDER, given, text())
    call = called(provider.callback(provider.messages[0], status, error))
    [news] = twilio.read(given, call).news
    assert isinstance(news, Receipt)
    assert (news.kind, news.problem, news.code) == (kind, problem, code)


def test_a_text_comes_in_and_is_answered_with_silence(provider: Twilio) -> None:
    given = settings(provider)
    call = called(provider.inbound(HOOK, PHONE, "  İPTAL & ret=1\n", OptOutType="STOP"))
    hook = twilio.read(given, call)
    [news] = hook.news
    assert isinstance(news, Inbound)
    assert (news.address, news.text, news.to) == (PHONE, "  İPTAL & ret=1\n", provider.senders[0])
    assert news.data == {"opt_out": "STOP"}
    assert hook.content_type == "text/xml" and hook.body.endswith(b"<Response/>")


def test_what_is_changed_on_its_way_is_forged(provider: Twilio) -> None:
    given = settings(provider)
    sent(PROVIDER, given, text())
    url, body, signature = provider.callback(provider.messages[0], "delivered")
    other = f"{HOOK}?message={uuid.uuid4()}"
    for forged in (
        called((url, body + b"&ErrorCode=30005", signature)),
        called((url, body.replace(b"delivered", b"read"), signature)),
        called((other, body, signature)),
        called((url, body, "")),
        called((url, body, "é")),
        called((url, body, signature), headers={}),
        called((url, b"", signature)),
    ):
        with pytest.raises(KervanError) as refused:
            twilio.read(given, forged)
        assert (refused.value.code, refused.value.status) == ("delivery.hook_forged", 401)


def test_a_signature_with_the_port_is_right_too(provider: Twilio) -> None:
    given = settings(provider)
    form = {"MessageSid": "SM1", "MessageStatus": "sent", "AccountSid": provider.account}
    bare, with_port = "https://kervan.example/h", "https://kervan.example:443/h"
    for signed, seen in ((bare, bare), (bare, with_port), (with_port, bare)):
        signature = provider.sign(f"{signed}?message={MESSAGE}", form)
        call = called((f"{seen}?message={MESSAGE}", urlencode(form).encode(), signature))
        assert twilio.read(given, call).news == [Receipt("accepted", AT, "SM1", MESSAGE)]


def test_while_a_token_changes_the_former_one_verifies_too(provider: Twilio) -> None:
    given = settings(provider, auth_token="new", previous_auth_token=provider.token)
    assert twilio.read(given, called(provider.inbound(HOOK, PHONE, "x"))).news


def test_twilios_own_vectors_of_signatures() -> None:
    for one in json.loads(fixture("twilio", "signature.json")):
        given = Settings(account_sid="AC", auth_token=one["token"], sender="x")
        body = urlencode([tuple(pair) for pair in one["form"]]).encode()
        call = request(body, url=one["url"], headers={"x-twilio-signature": one["signature"]})
        assert twilio._verified(given, call)["Digits"]
        with pytest.raises(KervanError):
            twilio._verified(given, replace(call, body=body + b"&x=1"))


@pytest.mark.parametrize("body", [b"\xff\xfe", b"&".join([b"a=1"] * 600), b"a=%ff"])
def test_a_body_that_is_no_form_is_refused(body: bytes) -> None:
    given = Settings(account_sid="AC", auth_token="t", sender="x")
    with pytest.raises(KervanError) as refused:
        twilio.read(given, request(body))
    assert refused.value.code == "delivery.hook_unreadable"


def test_another_accounts_call_is_not_ours(provider: Twilio) -> None:
    form = {"MessageSid": "SM1", "MessageStatus": "sent", "AccountSid": "AC2"}
    call = called((HOOK, urlencode(form).encode(), provider.sign(HOOK, form)))
    with pytest.raises(KervanError) as refused:
        twilio.read(settings(provider), call)
    assert refused.value.code == "delivery.hook_unreadable"


def test_it_may_be_asked_as_well(provider: Twilio) -> None:
    given = settings(provider)
    [outcome] = sent(PROVIDER, given, text())
    waiting = [(MESSAGE, outcome.reference), (uuid.uuid4(), "SM404"), (uuid.uuid4(), "../x")]
    assert asked(lambda client: twilio.ask(given, client, waiting)) == []
    provider.settle("undelivered", 30005)
    [receipt] = asked(lambda client: twilio.ask(given, client, waiting))
    assert (receipt.kind, receipt.problem, receipt.message) == ("failed", Problem.ADDRESS, MESSAGE)


def test_all_of_a_time_come_page_by_page(provider: Twilio) -> None:
    given = settings(provider)
    messages = [replace(text(f"{i}"), message=uuid.uuid4()) for i in range(120)]
    sent(PROVIDER, given, *messages)
    provider.settle("delivered")
    provider.inbound(HOOK, PHONE, "merhaba")
    since = clock.now() - timedelta(hours=1)
    news = asked(lambda client: twilio.poll(given, client, since))
    assert len({one.reference for one in news if isinstance(one, Receipt)}) == 120
    [inbound] = [one for one in news if isinstance(one, Inbound)]
    assert (inbound.address, inbound.text) == (PHONE, "merhaba")
    later = clock.now() + timedelta(hours=1)
    assert asked(lambda client: twilio.poll(given, client, later)) == []


@pytest.mark.parametrize("kind", ["html", "empty", "500", "429"])
def test_a_page_instead_of_a_list_is_no_answer(provider: Twilio, kind: str) -> None:
    provider.fail(kind)
    with pytest.raises(Unanswered):
        asked(lambda client: twilio.poll(settings(provider), client, clock.now()))


def test_the_shape_of_its_errors() -> None:
    given = Settings(account_sid="AC", auth_token="t", sender="x")
    line = twilio.Twilio(given, Client.__new__(Client))
    told = line._judged(Answer(400, {}, fixture("twilio", "sms_error.json")))
    assert told == Outcome(Fate.REJECTED, Problem.REFUSED, "21610")
    unknown = line._judged(Answer(400, {}, b'{"code": 21999, "message": "+905321112233"}'))
    assert unknown == Outcome(Fate.REJECTED, Problem.CONTENT, "21999")
    busy = line._judged(Answer(503, {"retry-after": "3"}, b'{"code": 20503}'))
    assert busy == Outcome(Fate.DEFERRED, Problem.SERVER, "20503", "", 3.0)


def test_what_is_left_is_asked(provider: Twilio) -> None:
    assert asked(lambda client: twilio.left(settings(provider), client)) == ("12.3400", "USD")
    provider.fail("empty")
    with pytest.raises(Unanswered):
        asked(lambda client: twilio.left(settings(provider), client))
