"""A letter through Postmark: what its documented codes and webhooks come to."""

import base64
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from kervan.delivery.channels.channel import Fate, Outcome, Outgoing, Problem, Receipt
from kervan.delivery.channels.mail_http import postmark
from kervan.delivery.channels.mail_http.postmark import PROVIDER, Settings
from kervan.kernel.errors import KervanError
from tests.simulators.postmark.server import Postmark
from tests.unit.delivery.channels.asking import (
    AT,
    MESSAGE,
    fixture,
    outgoing,
    patience,
    request,
    sent,
)

TO = "sule@home.example"
EVENT_AT = datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def provider() -> Iterator[Postmark]:
    """A server at Postmark."""
    with Postmark() as one:
        assert isinstance(one, Postmark)
        yield one


def settings(provider: Postmark, **changed: Any) -> Settings:
    """Right settings for it."""
    given: dict[str, Any] = {"sender": "Mağaza <haber@shop.example>", "base_url": provider.url}
    return Settings(**{**given, "server_token": provider.token, **changed})


def mail(to: str = TO, **fields: str) -> Outgoing:
    """A letter."""
    given = {"subject": "Şimdi", "html": "<p>selam</p>", "text": "selam", **fields}
    return outgoing(given, to=to)


def test_a_letter_is_taken_with_our_id(provider: Postmark) -> None:
    given = mail(unsubscribe_url="https://k.example/u", reply_to="r@shop.example")
    [outcome] = sent(PROVIDER, settings(provider), given)
    [(name, taken)] = provider.letters.items()
    assert outcome == Outcome(Fate.ACCEPTED, reference=name)
    assert (taken["Subject"], taken["ReplyTo"]) == ("Şimdi", "r@shop.example")
    assert taken["Metadata"] == {"message": str(MESSAGE)}
    assert taken["Headers"][0] == {"Name": "List-Unsubscribe", "Value": "<https://k.example/u>"}
    assert (taken["TrackOpens"], taken["TrackLinks"]) == (False, "None")


def test_marketing_goes_in_a_stream_of_its_own(provider: Postmark) -> None:
    receipt = outgoing({"subject": "x", "text": "x"}, to=TO, marketing=False)
    sent(PROVIDER, settings(provider), mail(), receipt)
    streams = [one["MessageStream"] for one in provider.letters.values()]
    assert streams == ["broadcast", "outbound"]


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"token": "other"}, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "10")),
        ({"domain": "other.example"}, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "400")),
        ({"allowed": False}, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "405")),
        ({"inactive": {TO}}, Outcome(Fate.REJECTED, Problem.ADDRESS, "406")),
        ({"streams": set()}, Outcome(Fate.REJECTED, Problem.CONTENT, "300")),
    ],
)
def test_what_its_codes_mean(provider: Postmark, change: dict[str, Any], outcome: Outcome) -> None:
    given = settings(provider)
    for name, value in change.items():
        setattr(provider, name, value)
    assert sent(PROVIDER, given, mail()) == [outcome] and not provider.letters


@pytest.mark.parametrize(
    "kind", ["cut", "half", "hang", "500-after", "html-after", "empty-after", "500", "503", "html"]
)
def test_a_doubt_is_resolved_by_the_webhook(provider: Postmark, kind: str) -> None:
    provider.fail(kind)
    given = settings(provider)
    [outcome] = sent(PROVIDER, given, mail(), timeout_seconds=patience(kind))
    assert outcome.fate is Fate.DOUBT
    for name in provider.letters:
        [news] = postmark.read(given, request(provider.hook(name, "Delivery"))).news
        assert news == Receipt("delivered", EVENT_AT, name, MESSAGE)


@pytest.mark.parametrize(("kind", "seconds"), [("429", 0), ("429-seconds", 7)])
def test_faster_than_it_allows(provider: Postmark, kind: str, seconds: float) -> None:
    provider.fail(kind)
    [outcome] = sent(PROVIDER, settings(provider), mail())
    assert outcome == Outcome(Fate.DEFERRED, Problem.THROTTLED, "http_429", "", seconds)


@pytest.mark.parametrize(
    ("record", "more", "kind", "problem"),
    [
        ("Delivery", {}, "delivered", Problem.NONE),
        ("Bounce", {"Type": "HardBounce"}, "bounced", Problem.ADDRESS),
        ("Bounce", {"Type": "SoftBounce"}, "failed", Problem.NONE),
        ("Bounce", {"Type": "Transient"}, None, None),
        ("Bounce", {"Type": "AutoResponder"}, None, None),
        ("Bounce", {"Type": "Unsubscribe"}, "refused", Problem.REFUSED),
        ("Bounce", {"Type": "SpamComplaint"}, "complained", Problem.NONE),
        ("SpamComplaint", {}, "complained", Problem.NONE),
        (
            "SubscriptionChange",
            {"SuppressSending": True, "Origin": "Recipient",
             "SuppressionReason": "ManualSuppression"},
            "refused", Problem.REFUSED,
        ),
        ("SubscriptionChange", {"SuppressSending": False, "Origin": "Customer"}, None, None),
        ("Open", {}, None, None),
    ],
)  # fmt: skip
def test_what_a_webhook_says(
    provider: Postmark, record: str, more: dict[str, Any], kind: str | None, problem: Problem
) -> None:
    given = settings(provider)
    [outcome] = sent(PROVIDER, given, mail())
    news = postmark.read(given, request(provider.hook(outcome.reference, record, **more))).news
    assert [(one.kind, one.problem, one.message) for one in news if isinstance(one, Receipt)] == (
        [(kind, problem, MESSAGE)] if kind else []
    )
    assert TO not in repr(news) and "no such user" not in repr(news)


def test_its_own_sample() -> None:
    given = Settings(sender="a@b.example", server_token="t")
    [news] = postmark.read(given, request(fixture("postmark", "bounce.json"))).news
    at = datetime(2014, 8, 1, 17, 28, 10, 273539, tzinfo=UTC)
    name = "883953f4-6105-42a2-a16a-77a8eac79483"
    assert news == Receipt("bounced", at, name, None, Problem.ADDRESS, "HardBounce")


def test_a_webhook_may_have_a_password(provider: Postmark) -> None:
    given = settings(provider, hook_user="kervan", hook_password="şifre")
    [outcome] = sent(PROVIDER, given, mail())
    body = provider.hook(outcome.reference, "Delivery")
    right = "Basic " + base64.b64encode("kervan:şifre".encode()).decode()
    assert postmark.read(given, request(body, headers={"authorization": right})).news
    for wrong in ({}, {"authorization": "Basic x"}, {"authorization": "é"}):
        with pytest.raises(KervanError) as refused:
            postmark.read(given, request(body, headers=wrong))
        assert refused.value.code == "delivery.hook_forged"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"RecordType": 1}', b"\xff"])
def test_a_call_that_is_none_of_its_records_is_refused(body: bytes) -> None:
    with pytest.raises(KervanError) as refused:
        postmark.read(Settings(sender="a@b.example", server_token="t"), request(body))
    assert refused.value.code == "delivery.hook_unreadable"


def test_a_suppression_by_hand_is_of_no_letter() -> None:
    told = {"RecordType": "SubscriptionChange", "MessageID": None, "SuppressSending": True}
    assert not postmark.read(Settings(sender="a@b.example", server_token="t"), request(told)).news


def test_an_odd_time_is_the_calls(provider: Postmark) -> None:
    told = {"RecordType": "Delivery", "MessageID": str(uuid.uuid4()), "DeliveredAt": "soon"}
    [news] = postmark.read(settings(provider), request(told)).news
    assert isinstance(news, Receipt) and news.at == AT
