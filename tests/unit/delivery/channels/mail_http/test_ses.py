"""A letter through SES: what its errors and the signed events of its topic come to."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from kervan.delivery.channels.channel import Fate, Outcome, Outgoing, Problem, Receipt
from kervan.delivery.channels.mail_http import ses
from kervan.delivery.channels.mail_http.ses import PROVIDER, Settings
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from tests.simulators.ses.server import Ses
from tests.unit.delivery.channels.asking import AT, MESSAGE, outgoing, patience, request, sent

TO = "sule@home.example"
EVENT_AT = AT + timedelta(milliseconds=123)


@pytest.fixture(scope="module")
def account() -> Iterator[Ses]:
    """An account at SES; its keys are made once."""
    with Ses(clock.now) as one:
        assert isinstance(one, Ses)
        yield one


@pytest.fixture
def provider(account: Ses) -> Ses:
    """The same, new."""
    account.letters.clear()
    account.calls.clear()
    account.secret_key, account.domain, account.paused = "geheim", "shop.example", False
    return account


def settings(provider: Ses, **changed: Any) -> Settings:
    """Right settings for it."""
    given: dict[str, Any] = {
        "sender": "Mağaza <haber@shop.example>", "base_url": provider.url,
        "region": provider.region, "access_key": provider.access_key, "secret_key": "geheim",
        "topic_arn": provider.topic, "topic_certificate": provider.certificate,
    }  # fmt: skip
    return Settings(**{**given, **changed})


def mail(to: str = TO, **fields: str) -> Outgoing:
    """A letter."""
    given = {"subject": "Şimdi", "html": "<p>selam</p>", "text": "selam", **fields}
    return outgoing(given, to=to)


def test_a_letter_is_taken_with_our_id(provider: Ses) -> None:
    given = mail(unsubscribe_url="https://k.example/u", reply_to="r@shop.example")
    [outcome] = sent(PROVIDER, settings(provider, configuration_set="kervan"), given)
    [(name, taken)] = provider.letters.items()
    assert outcome == Outcome(Fate.ACCEPTED, reference=name)
    assert taken["EmailTags"] == [{"Name": "message", "Value": str(MESSAGE)}]
    assert (taken["ConfigurationSetName"], taken["ReplyToAddresses"]) == (
        "kervan", ["r@shop.example"],
    )  # fmt: skip
    assert taken["Content"]["Simple"]["Headers"][0]["Name"] == "List-Unsubscribe"


@pytest.mark.parametrize(
    ("change", "to", "outcome"),
    [
        ({"secret_key": "other"}, TO, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "http_403")),
        (
            {"domain": "x.example"}, TO,
            Outcome(Fate.DEFERRED, Problem.ACCOUNT, "MailFromDomainNotVerifiedException"),
        ),
        ({"paused": True}, TO, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "SendingPausedException")),
        ({}, "sule", Outcome(Fate.REJECTED, Problem.CONTENT, "BadRequestException")),
    ],
)  # fmt: skip
def test_what_its_errors_mean(
    provider: Ses, change: dict[str, Any], to: str, outcome: Outcome
) -> None:
    given = settings(provider)
    for name, value in change.items():
        setattr(provider, name, value)
    assert sent(PROVIDER, given, mail(to)) == [outcome] and not provider.letters


@pytest.mark.parametrize(
    "kind", ["cut", "half", "hang", "500-after", "html-after", "empty-after", "500", "503", "html"]
)
def test_a_doubt_is_resolved_by_an_event(provider: Ses, kind: str) -> None:
    provider.fail(kind)
    given = settings(provider)
    [outcome] = sent(PROVIDER, given, mail(), timeout_seconds=patience(kind))
    assert outcome.fate is Fate.DOUBT
    for name in provider.letters:
        [news] = ses.read(given, request(provider.hook(name, "Delivery"))).news
        assert news == Receipt("delivered", EVENT_AT, name, MESSAGE)


def test_faster_than_it_allows(provider: Ses) -> None:
    provider.fail("429-seconds")
    [outcome] = sent(PROVIDER, settings(provider), mail())
    assert outcome == Outcome(Fate.DEFERRED, Problem.THROTTLED, "http_429", "", 7.0)


@pytest.mark.parametrize(
    ("event", "more", "kind", "problem", "code"),
    [
        ("Send", {}, "accepted", Problem.NONE, ""),
        ("Delivery", {"smtpResponse": "250 ok"}, "delivered", Problem.NONE, ""),
        ("Bounce", {"bounceType": "Permanent", "bounceSubType": "NoEmail"}, "bounced",
         Problem.ADDRESS, "NoEmail"),
        ("Bounce", {"bounceType": "Transient", "bounceSubType": "MailboxFull"}, "failed",
         Problem.NONE, "MailboxFull"),
        ("Complaint", {"complaintFeedbackType": "abuse"}, "complained", Problem.NONE, ""),
        ("Subscription", {}, "refused", Problem.REFUSED, "unsubscribed"),
        ("Reject", {"reason": "Bad content"}, "failed", Problem.CONTENT, "reject"),
        ("DeliveryDelay", {}, None, None, None),
        ("Open", {}, None, None, None),
    ],
)  # fmt: skip
def test_what_an_event_says(
    provider: Ses, event: str, more: dict[str, Any], kind: str | None, problem: Any, code: Any
) -> None:
    given = settings(provider)
    [outcome] = sent(PROVIDER, given, mail())
    news = ses.read(given, request(provider.hook(outcome.reference, event, **more))).news
    found = [(one.kind, one.problem, one.code) for one in news if isinstance(one, Receipt)]
    assert found == ([(kind, problem, code)] if kind else [])
    assert TO not in repr(news)


def test_what_is_changed_or_of_another_topic_is_forged(provider: Ses) -> None:
    given = settings(provider)
    [outcome] = sent(PROVIDER, given, mail())
    told = json.loads(provider.hook(outcome.reference, "Delivery"))
    for forged in (
        {**told, "Message": told["Message"].replace("Delivery", "Bounce")},
        {**told, "Subject": "x"},
        {**told, "Signature": ""},
        {**told, "Signature": "é"},
        {**told, "SignatureVersion": "1"},
        {**told, "TopicArn": "arn:aws:sns:eu-central-1:1:other"},
    ):
        with pytest.raises(KervanError) as refused:
            ses.read(given, request(forged))
        assert (refused.value.code, refused.value.status) == ("delivery.hook_forged", 401)


def test_another_customers_topic_is_signed_by_the_same_aws(provider: Ses) -> None:
    given = settings(provider)
    [outcome] = sent(PROVIDER, given, mail())
    event = json.loads(provider.hook(outcome.reference, "Bounce"))["Message"]
    arn = "arn:aws:sns:eu-central-1:666:ses"
    body = provider.notify(event, TopicArn=arn)
    assert ses.read(settings(provider, topic_arn=arn), request(body)).news
    with pytest.raises(KervanError) as refused:
        ses.read(given, request(body))
    assert refused.value.code == "delivery.hook_forged"


def test_a_certificate_may_be_changed_and_must_be_one(provider: Ses) -> None:
    with Ses(clock.now) as other:
        both = settings(provider, topic_certificate=other.certificate + provider.certificate)
        wrong = settings(provider, topic_certificate=other.certificate)
    [outcome] = sent(PROVIDER, both, mail())
    body = provider.hook(outcome.reference, "Delivery")
    assert ses.read(both, request(body)).news
    with pytest.raises(KervanError):
        ses.read(wrong, request(body))
    with pytest.raises(KervanError) as refused:
        sent(PROVIDER, settings(provider, topic_certificate="x"), mail())
    assert refused.value.code == "delivery.hook_key_invalid"


def test_a_subscription_is_not_confirmed_by_us(provider: Ses) -> None:
    body = provider.notify("x", "SubscriptionConfirmation", Token="t", SubscribeURL="https://x")
    assert ses.read(settings(provider), request(body)).news == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff"])
def test_a_call_that_is_no_notification_is_refused(provider: Ses, body: bytes) -> None:
    with pytest.raises(KervanError) as refused:
        ses.read(settings(provider), request(body))
    assert refused.value.code == "delivery.hook_unreadable"


def test_a_notification_that_is_no_event_is_refused(provider: Ses) -> None:
    with pytest.raises(KervanError) as refused:
        ses.read(settings(provider), request(provider.notify("hello")))
    assert refused.value.code == "delivery.hook_unreadable"
