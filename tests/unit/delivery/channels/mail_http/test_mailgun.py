"""A letter through Mailgun: what its answers and its signed webhooks come to."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kervan.delivery.channels.channel import Fate, Outcome, Outgoing, Problem, Receipt
from kervan.delivery.channels.mail_http import mailgun
from kervan.delivery.channels.mail_http.mailgun import PROVIDER, Settings
from kervan.kernel.errors import KervanError
from tests.simulators.mailgun.server import Mailgun
from tests.unit.delivery.channels.asking import AT, MESSAGE, outgoing, patience, request, sent

TO = "sule@home.example"
STAMP = int(AT.timestamp())


@pytest.fixture
def provider() -> Iterator[Mailgun]:
    """A domain at Mailgun."""
    with Mailgun() as one:
        assert isinstance(one, Mailgun)
        yield one


def settings(provider: Mailgun, **changed: Any) -> Settings:
    """Right settings for it."""
    given: dict[str, Any] = {"sender": "Mağaza <haber@shop.example>", "base_url": provider.url}
    keys = {"api_key": provider.key, "signing_key": provider.signing_key}
    return Settings(**{**given, **keys, "domain": provider.domain, **changed})


def mail(to: str = TO, **fields: str) -> Outgoing:
    """A letter."""
    given = {"subject": "Şimdi & sonra", "html": "<p>selam</p>", "text": "selam", **fields}
    return outgoing(given, to=to)


def test_a_letter_is_taken_with_our_id(provider: Mailgun) -> None:
    given = mail(unsubscribe_url="https://k.example/u", reply_to="r@shop.example")
    [outcome] = sent(PROVIDER, settings(provider), given)
    [(name, taken)] = provider.letters.items()
    assert outcome == Outcome(Fate.ACCEPTED, reference=name)
    assert (taken["subject"], taken["h:Reply-To"]) == ("Şimdi & sonra", "r@shop.example")
    assert (taken["v:message"], taken["o:tracking"]) == (str(MESSAGE), "no")
    assert taken["h:List-Unsubscribe"] == "<https://k.example/u>"


@pytest.mark.parametrize(
    ("change", "to", "outcome"),
    [
        ({"key": "other"}, TO, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "http_401")),
        ({"domain": "other.example"}, TO, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "http_404")),
        ({"paid": False}, TO, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "http_402")),
        ({}, "sule", Outcome(Fate.REJECTED, Problem.ADDRESS, "http_400")),
    ],
)
def test_what_its_answers_mean(
    provider: Mailgun, change: dict[str, Any], to: str, outcome: Outcome
) -> None:
    given = settings(provider)
    for name, value in change.items():
        setattr(provider, name, value)
    assert sent(PROVIDER, given, mail(to)) == [outcome] and not provider.letters


@pytest.mark.parametrize(
    "kind", ["cut", "half", "hang", "500-after", "html-after", "empty-after", "500", "503", "html"]
)
def test_a_doubt_is_resolved_by_the_webhook(provider: Mailgun, kind: str) -> None:
    provider.fail(kind)
    given = settings(provider)
    [outcome] = sent(PROVIDER, given, mail(), timeout_seconds=patience(kind))
    assert outcome.fate is Fate.DOUBT
    for name in provider.letters:
        [news] = mailgun.read(given, request(provider.hook(name, STAMP, "delivered"))).news
        at = AT + timedelta(milliseconds=250)
        assert news == Receipt("delivered", at, name, MESSAGE)


@pytest.mark.parametrize(
    ("event", "more", "kind", "problem", "code"),
    [
        ("accepted", {}, "accepted", Problem.NONE, ""),
        ("delivered", {}, "delivered", Problem.NONE, ""),
        ("complained", {}, "complained", Problem.NONE, ""),
        ("unsubscribed", {}, "refused", Problem.REFUSED, "unsubscribed"),
        ("rejected", {}, "failed", Problem.CONTENT, "rejected"),
        (
            "failed",
            {"severity": "permanent", "reason": "bounce",
             "delivery-status": {"code": 550, "enhanced-code": "5.1.1", "message": TO}},
            "bounced", Problem.ADDRESS, "5.1.1",
        ),
        (
            "failed",
            {"severity": "permanent", "reason": "bounce",
             "delivery-status": {"code": 550, "enhanced-code": "5.7.1"}},
            "failed", Problem.NONE, "5.7.1",
        ),
        ("failed", {"severity": "permanent", "reason": "suppress-bounce"}, "bounced",
         Problem.ADDRESS, "failed"),
        ("failed", {"severity": "permanent", "reason": "suppress-unsubscribe"}, "refused",
         Problem.REFUSED, "suppress-unsubscribe"),
        ("failed", {"severity": "temporary", "reason": "generic"}, None, None, None),
        ("opened", {}, None, None, None),
    ],
)  # fmt: skip
def test_what_a_webhook_says(
    provider: Mailgun, event: str, more: dict[str, Any], kind: str | None, problem: Any, code: Any
) -> None:
    given = settings(provider)
    [outcome] = sent(PROVIDER, given, mail())
    news = mailgun.read(given, request(provider.hook(outcome.reference, STAMP, event, **more))).news
    found = [(one.kind, one.problem, one.code) for one in news if isinstance(one, Receipt)]
    assert found == ([(kind, problem, code)] if kind else [])
    assert TO not in repr(news)


def test_what_is_signed_wrongly_or_played_back_is_forged(provider: Mailgun) -> None:
    given = settings(provider)
    [outcome] = sent(PROVIDER, given, mail())
    told = json.loads(provider.hook(outcome.reference, STAMP, "delivered"))
    right = told["signature"]
    for signature in (
        {**right, "token": "other"},
        {**right, "timestamp": str(STAMP + 1)},
        {**right, "signature": "é"},
        {**right, "timestamp": "9" * 40},
        {},
        None,
        "x",
    ):
        with pytest.raises(KervanError) as refused:
            mailgun.read(given, request({**told, "signature": signature}))
        assert (refused.value.code, refused.value.status) == ("delivery.hook_forged", 401)
    with pytest.raises(KervanError):
        mailgun.read(given, replace(request(told), at=AT + timedelta(hours=10)))
    with pytest.raises(KervanError):
        mailgun.read(settings(provider, signing_key=""), request(told))


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"event-data": 1}', b"\xff"])
def test_a_call_that_is_no_event_is_refused(body: bytes) -> None:
    given = Settings(sender="a@b.example", domain="d", api_key="k", signing_key="s")
    with pytest.raises(KervanError) as refused:
        mailgun.read(given, request(body))
    assert refused.value.code == "delivery.hook_unreadable"


def test_odd_events_are_no_news(provider: Mailgun) -> None:
    given = settings(provider)
    signature = provider.sign(STAMP)
    for event in (
        {"event": "delivered"},
        {"event": "delivered", "message": "x", "user-variables": []},
        {"event": ["delivered"], "user-variables": {"message": str(MESSAGE)}},
    ):
        told = {"signature": signature, "event-data": event}
        assert mailgun.read(given, request(told)).news == []
