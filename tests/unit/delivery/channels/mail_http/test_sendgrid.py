"""A letter through SendGrid: what its errors and its signed events come to."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kervan.delivery.channels.channel import Fate, Outcome, Outgoing, Problem, Receipt
from kervan.delivery.channels.mail_http import sendgrid
from kervan.delivery.channels.mail_http.sendgrid import PROVIDER, Settings
from kervan.kernel.errors import KervanError
from tests.simulators.sendgrid.server import SendGrid
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
STAMP = int(AT.timestamp())


@pytest.fixture
def provider() -> Iterator[SendGrid]:
    """An account at SendGrid."""
    with SendGrid() as one:
        assert isinstance(one, SendGrid)
        yield one


def settings(provider: SendGrid, **changed: Any) -> Settings:
    """Right settings for it."""
    given: dict[str, Any] = {"sender": "Mağaza <haber@shop.example>", "base_url": provider.url}
    keys = {"api_key": provider.key, "hook_key": provider.hook_key}
    return Settings(**{**given, **keys, **changed})


def mail(to: str = TO, **fields: str) -> Outgoing:
    """A letter."""
    given = {"subject": "Şimdi", "html": "<p>selam</p>", "text": "selam", **fields}
    return outgoing(given, to=to)


def test_a_letter_is_taken_with_our_id(provider: SendGrid) -> None:
    given = mail(unsubscribe_url="https://k.example/u", reply_to="r@shop.example")
    [outcome] = sent(PROVIDER, settings(provider), given)
    [(name, taken)] = provider.letters.items()
    assert outcome == Outcome(Fate.ACCEPTED, reference=name)
    assert taken["from"] == {"email": "haber@shop.example", "name": "Mağaza"}
    assert taken["personalizations"][0]["custom_args"] == {"message": str(MESSAGE)}
    assert taken["headers"]["List-Unsubscribe"] == "<https://k.example/u>"
    assert not any(one["enable"] for one in taken["tracking_settings"].values())


@pytest.mark.parametrize(
    ("change", "fields", "to", "outcome"),
    [
        ({"key": "other"}, {}, TO, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "http_401")),
        ({"domain": "x.example"}, {}, TO, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "http_403")),
        ({}, {"subject": ""}, TO, Outcome(Fate.REJECTED, Problem.CONTENT, "http_400")),
        ({}, {}, "sule", Outcome(Fate.REJECTED, Problem.ADDRESS, "400:to")),
    ],
)
def test_what_its_errors_mean(
    provider: SendGrid, change: dict[str, Any], fields: dict[str, str], to: str, outcome: Outcome
) -> None:
    given = settings(provider)
    for name, value in change.items():
        setattr(provider, name, value)
    assert sent(PROVIDER, given, mail(to, **fields)) == [outcome] and not provider.letters


@pytest.mark.parametrize(
    "kind", ["cut", "hang", "500-after", "html-after", "empty-after", "500", "503", "html"]
)
def test_a_doubt_is_resolved_by_an_event(provider: SendGrid, kind: str) -> None:
    provider.fail(kind)
    given = settings(provider)
    [outcome] = sent(PROVIDER, given, mail(), timeout_seconds=patience(kind))
    assert outcome.fate is Fate.DOUBT
    for name in provider.letters:
        body, headers = provider.hook(name, STAMP, {"event": "delivered"})
        [news] = sendgrid.read(given, request(body, headers=headers)).news
        assert news == Receipt("delivered", AT, name, MESSAGE)


def test_faster_than_it_allows(provider: SendGrid) -> None:
    provider.fail("429-seconds")
    [outcome] = sent(PROVIDER, settings(provider), mail())
    assert outcome == Outcome(Fate.DEFERRED, Problem.THROTTLED, "http_429", "", 7.0)


@pytest.mark.parametrize(
    ("event", "kind", "problem", "code"),
    [
        ({"event": "processed"}, "accepted", Problem.NONE, ""),
        ({"event": "delivered"}, "delivered", Problem.NONE, ""),
        ({"event": "bounce", "type": "bounce", "status": "5.1.1"}, "bounced", Problem.ADDRESS,
         "5.1.1"),
        ({"event": "bounce", "type": "blocked", "status": "5.7.1", "reason": "550 " + TO},
         "failed", Problem.NONE, "5.7.1"),
        ({"event": "dropped", "reason": "Bounced Address"}, "bounced", Problem.ADDRESS, "dropped"),
        ({"event": "dropped", "reason": "Unsubscribed Address"}, "refused", Problem.REFUSED,
         "dropped"),
        ({"event": "dropped", "reason": TO}, "failed", Problem.NONE, "dropped"),
        ({"event": "spamreport"}, "complained", Problem.NONE, ""),
        ({"event": "group_unsubscribe"}, "refused", Problem.REFUSED, "group_unsubscribe"),
    ],
)  # fmt: skip
def test_what_an_event_says(
    provider: SendGrid, event: dict[str, str], kind: str, problem: Problem, code: str
) -> None:
    given = settings(provider)
    [outcome] = sent(PROVIDER, given, mail())
    body, headers = provider.hook(outcome.reference, STAMP, event)
    [news] = sendgrid.read(given, request(body, headers=headers)).news
    assert isinstance(news, Receipt)
    assert (news.kind, news.problem, news.code) == (kind, problem, code)
    assert (news.message, news.reference) == (MESSAGE, outcome.reference)
    assert TO not in repr(news)


def test_a_batch_in_any_order(provider: SendGrid) -> None:
    given = settings(provider)
    [outcome] = sent(PROVIDER, given, mail())
    events = [{"event": one} for one in ("delivered", "open", "deferred", "processed", "new")]
    body, headers = provider.hook(outcome.reference, STAMP, *events)
    news = sendgrid.read(given, request(body, headers=headers)).news
    assert [getattr(one, "kind", "") for one in news] == ["delivered", "accepted"]


def test_what_was_changed_or_is_played_back_is_forged(provider: SendGrid) -> None:
    given = settings(provider)
    [outcome] = sent(PROVIDER, given, mail())
    body, headers = provider.hook(outcome.reference, STAMP, {"event": "delivered"})
    call = request(body, headers=headers)
    serialised = json.dumps(json.loads(body)).encode()
    later = {**headers, "x-twilio-email-event-webhook-timestamp": str(STAMP + 1)}
    for forged in (
        replace(call, body=body.replace(b"delivered", b"processed")),
        replace(call, body=serialised),
        replace(call, headers={}),
        replace(call, headers=later),
        replace(call, headers={**headers, "x-twilio-email-event-webhook-signature": "é"}),
        replace(call, at=AT + timedelta(days=2)),
    ):
        with pytest.raises(KervanError) as refused:
            sendgrid.read(given, forged)
        assert (refused.value.code, refused.value.status) == ("delivery.hook_forged", 401)


def test_its_librarys_own_vector() -> None:
    vector = json.loads(fixture("sendgrid", "signature.json"))
    given = Settings(sender="a@b.example", api_key="k", hook_key=vector["key"])
    headers = {
        "x-twilio-email-event-webhook-signature": vector["signature"],
        "x-twilio-email-event-webhook-timestamp": vector["timestamp"],
    }
    at = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    call = replace(request(vector["body"], headers=headers), at=at)
    [news] = sendgrid.read(given, call).news
    assert isinstance(news, Receipt)
    assert (news.kind, news.reference) == ("bounced", "LRzXl_NHStOGhQ4kofSm_A")


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"<html>"])
def test_a_call_that_is_no_batch_is_refused(body: bytes) -> None:
    with pytest.raises(KervanError) as refused:
        sendgrid.read(Settings(sender="a@b.example", api_key="k"), request(body))
    assert refused.value.code == "delivery.hook_unreadable"


@pytest.mark.parametrize("key", ["x", "aGVsbG8=", "é"])
def test_a_key_that_is_none_is_refused_at_once(provider: SendGrid, key: str) -> None:
    with pytest.raises(KervanError) as refused:
        sent(PROVIDER, settings(provider, hook_key=key), mail())
    assert refused.value.code == "delivery.hook_key_invalid"
