"""A text through İleti Merkezi: what its documented answers, webhooks and reports come to."""

import json
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from kervan.delivery.channels.channel import Fate, Outcome, Outgoing, Problem, Receipt
from kervan.delivery.channels.sms import iletimerkezi
from kervan.delivery.channels.sms.iletimerkezi import PROVIDER, Settings
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Answer, Client, Unanswered
from tests.simulators.iletimerkezi.server import NOT_SENT, SENT, IletiMerkezi, Order
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

ANY = Settings(key="k", hash="h", sender="MAGAZA")


@pytest.fixture
def provider() -> Iterator[IletiMerkezi]:
    """An account at İleti Merkezi."""
    with IletiMerkezi(clock.now) as one:
        assert isinstance(one, IletiMerkezi)
        yield one


def settings(provider: IletiMerkezi, **changed: Any) -> Settings:
    """Right settings for it."""
    given = {
        "key": provider.key, "hash": provider.hash, "sender": "MAGAZA",
        "base_url": provider.url, **changed,
    }  # fmt: skip
    return msgspec.convert(given, Settings)


def text(words: str = "Sepetiniz sizi bekliyor", **changed: Any) -> Outgoing:
    """A message with this text."""
    return outgoing({"text": words}, **changed)


def told(provider: IletiMerkezi) -> list[Any]:
    """The news of the last hour."""
    since = clock.now() - timedelta(hours=1)
    found: list[Any] = asked(lambda client: iletimerkezi.poll(settings(provider), client, since))
    return found


def test_a_text_is_taken_as_an_order(provider: IletiMerkezi) -> None:
    [outcome] = sent(PROVIDER, settings(provider), text("Şimdi ə"))
    assert outcome == Outcome(Fate.ACCEPTED, reference=str(provider.orders[0].id))
    assert (provider.orders[0].text, provider.orders[0].numbers) == ("Şimdi e", [PHONE])


@pytest.mark.parametrize(
    ("marketing", "recipient", "iys"),
    [(True, "BIREYSEL", "1"), (True, "TACIR", "1"), (False, "BIREYSEL", "0")],
)
def test_every_order_says_whether_the_registry_is_asked(
    provider: IletiMerkezi, marketing: bool, recipient: str, iys: str
) -> None:
    given = settings(provider, recipient_type=recipient)
    [outcome] = sent(PROVIDER, given, text(marketing=marketing))
    order = json.loads(provider.calls[0].body)["request"]["order"]
    assert outcome.fate is Fate.ACCEPTED
    assert (order["iys"], order["iysList"]) == (iys, recipient)


@pytest.mark.parametrize(
    ("change", "outcome"),
    [
        ({"senders": []}, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "450")),
        ({"iys_code": False}, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "470")),
        ({"balance": 0}, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "402")),
        ({"hash": "other"}, Outcome(Fate.DEFERRED, Problem.ACCOUNT, "401")),
        ({"out_of_service": True}, Outcome(Fate.DEFERRED, Problem.SERVER, "503")),
    ],
)
def test_what_its_codes_mean(
    provider: IletiMerkezi, change: dict[str, Any], outcome: Outcome
) -> None:
    given = settings(provider)
    for name, value in change.items():
        setattr(provider, name, value)
    assert sent(PROVIDER, given, text()) == [outcome] and not provider.orders


def test_a_number_that_is_none_and_a_text_that_is_none(provider: IletiMerkezi) -> None:
    nowhere, empty = sent(PROVIDER, settings(provider), text(to="90212"), text(" "))
    assert nowhere == Outcome(Fate.REJECTED, Problem.ADDRESS, "452")
    assert empty == Outcome(Fate.REJECTED, Problem.CONTENT, "empty")


def test_an_order_that_is_there_already_counts_as_sent(provider: IletiMerkezi) -> None:
    first, again = sent(PROVIDER, settings(provider), text(), text())
    assert first.fate is Fate.ACCEPTED
    assert again == Outcome(Fate.ACCEPTED, code="451")
    assert len(provider.orders) == 1


@pytest.mark.parametrize(
    "kind", ["cut", "half", "hang", "500-after", "html-after", "empty-after", "500", "503", "list"]
)
def test_no_whole_answer_is_a_doubt(provider: IletiMerkezi, kind: str) -> None:
    provider.fail(kind)
    [outcome] = sent(PROVIDER, settings(provider), text(), timeout_seconds=patience(kind))
    assert outcome.fate is Fate.DOUBT


@pytest.mark.parametrize(("kind", "seconds"), [("429", 0), ("429-seconds", 7)])
def test_faster_than_it_allows(provider: IletiMerkezi, kind: str, seconds: float) -> None:
    provider.fail(kind)
    [outcome] = sent(PROVIDER, settings(provider), text())
    assert outcome == Outcome(Fate.DEFERRED, Problem.THROTTLED, "http_429", "", seconds)


def test_webhooks_come_in_any_order_and_twice(provider: IletiMerkezi) -> None:
    [outcome] = sent(PROVIDER, settings(provider), text())
    number = provider.orders[0].id
    bodies = [provider.hook(number, one) for one in ("delivered", "accepted", "delivered", "new")]
    news = [iletimerkezi.read(ANY, request(one)).news for one in bodies]
    kinds = [[getattr(one, "kind", "") for one in some] for some in news]
    assert kinds == [["delivered"], ["accepted"], ["delivered"], []]
    assert news[0] == [Receipt("delivered", AT, outcome.reference)]
    assert PHONE not in repr(news) and "Sepetiniz" not in repr(news)


def test_a_failed_one_has_no_reason(provider: IletiMerkezi) -> None:
    sent(PROVIDER, settings(provider), text())
    [news] = iletimerkezi.read(
        ANY, request(provider.hook(provider.orders[0].id, "undelivered"))
    ).news
    assert isinstance(news, Receipt)
    assert (news.kind, news.problem, news.code) == ("failed", Problem.NONE, "undelivered")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"report": []}', b'{"report": {"status": "delivered"}}', b"\xff"]
)
def test_a_call_that_is_no_report_is_refused(body: bytes) -> None:
    with pytest.raises(KervanError) as refused:
        iletimerkezi.read(ANY, request(body))
    assert refused.value.code == "delivery.hook_unreadable"


def test_a_call_from_elsewhere_is_refused(provider: IletiMerkezi) -> None:
    given = settings(provider, hook_sources=["198.51.100.0/24"])
    with pytest.raises(KervanError) as refused:
        iletimerkezi.read(given, request(fixture("iletimerkezi", "sms_webhook.json")))
    assert (refused.value.code, refused.value.status) == ("delivery.hook_forged", 401)


def test_a_forged_delivery_is_not_confirmed_when_asked(provider: IletiMerkezi) -> None:
    [outcome] = sent(PROVIDER, settings(provider), text())
    waiting = [(MESSAGE, outcome.reference), (uuid.uuid4(), "404"), (uuid.uuid4(), "")]
    given = settings(provider)
    assert asked(lambda client: iletimerkezi.ask(given, client, waiting)) == []
    provider.settle(provider.orders[0].id, SENT)
    [receipt] = asked(lambda client: iletimerkezi.ask(given, client, waiting))
    assert (receipt.kind, receipt.message) == ("delivered", MESSAGE)


def test_sums_of_single_orders_say_what_became_of_them(provider: IletiMerkezi) -> None:
    messages = [replace(text(f"{i}"), message=uuid.uuid4()) for i in range(250)]
    sent(PROVIDER, settings(provider), *messages)
    for one in provider.orders[:200]:
        provider.settle(one.id, SENT)
    provider.settle(provider.orders[200].id, NOT_SENT)
    provider.orders[0].numbers = [PHONE, PHONE]  # an order of two is not ours
    news = told(provider)
    # Which pages come first goes round by the clock.
    assert sorted(one.kind for one in news) == ["delivered"] * 199 + ["failed"]
    assert len({one.reference for one in news}) == 200


def test_of_a_crowd_some_pages_are_read_each_time(provider: IletiMerkezi) -> None:
    provider.orders = [
        Order(i, "MAGAZA", "x", [PHONE], "1", clock.now(), SENT) for i in range(1, 1_001)
    ]
    assert len({one.reference for one in told(provider)}) in (610, 630)  # the last page has ten
    assert len(provider.calls) == 21


@pytest.mark.parametrize("kind", ["html", "empty", "list", "500", "429", "503"])
def test_a_page_instead_of_a_report_is_no_answer(provider: IletiMerkezi, kind: str) -> None:
    provider.fail(kind)
    with pytest.raises(Unanswered):
        told(provider)


def test_a_refused_question_is_no_answer(provider: IletiMerkezi) -> None:
    given = settings(provider, hash="other")
    with pytest.raises(Unanswered, match="401"):
        asked(lambda client: iletimerkezi.poll(given, client, clock.now()))


def test_the_pages_own_samples() -> None:
    line = iletimerkezi.IletiMerkezi(ANY, Client.__new__(Client))
    taken = line._judged(Answer(200, {}, fixture("iletimerkezi", "sms_send.json")))
    assert taken == Outcome(Fate.ACCEPTED, reference="12323232")
    refused = line._judged(Answer(200, {}, fixture("iletimerkezi", "sms_send_refused.json")))
    assert refused == Outcome(Fate.DEFERRED, Problem.ACCOUNT, "401")
    hook = iletimerkezi.read(ANY, request(fixture("iletimerkezi", "sms_webhook.json")))
    assert hook.news == [Receipt("accepted", AT, "104525848")]


def test_what_is_left_is_asked(provider: IletiMerkezi) -> None:
    assert asked(lambda client: iletimerkezi.left(settings(provider), client)) == ("1000", "TRY")
    provider.fail("html")
    with pytest.raises(Unanswered):
        asked(lambda client: iletimerkezi.left(settings(provider), client))
