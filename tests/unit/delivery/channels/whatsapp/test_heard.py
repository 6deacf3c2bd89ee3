"""What Meta's calls say: statuses in any order, messages of every kind, ids without a number."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import pytest

from kervan.delivery.channels.channel import Inbound, Moved, News, Problem, Receipt, ReceiptKind
from kervan.delivery.channels.whatsapp import heard, whatsapp_cloud
from kervan.delivery.channels.whatsapp.whatsapp_cloud import PROVIDER, Settings
from tests.simulators.whatsapp.server import NUMBER, Message, WhatsApp
from tests.unit.delivery.channels.asking import AT, MESSAGE, fixture, outgoing, request, sent

OURS = "1122334455667"
USER = "US.13491208655302741918"
PHONE = "+905321112233"


@pytest.fixture
def provider() -> Iterator[WhatsApp]:
    """A number at Meta, to which somebody has just written."""
    with WhatsApp(lambda: AT) as one:
        assert isinstance(one, WhatsApp)
        one.wrote_at = {PHONE.removeprefix("+"): AT, USER: AT}
        yield one


def settings(provider: WhatsApp) -> Settings:
    """Right settings for it."""
    return Settings(
        phone_number_id=NUMBER, access_token=provider.token, base_url=provider.url,
        app_secret=provider.secret, verify_token=provider.verify,
    )  # fmt: skip


def told(provider: WhatsApp, *values: dict[str, Any], number: str = NUMBER) -> list[News]:
    """What a signed call with these values says."""
    raw, signature = provider.webhook(*values, number=number)
    call = request(raw, headers={"x-hub-signature-256": signature})
    return whatsapp_cloud.read(settings(provider), call).news


def taken(provider: WhatsApp, to: str = PHONE) -> Message:
    """A message that Meta took."""
    sent(PROVIDER, settings(provider), outgoing({"text": "Merhaba"}, to=to))
    return provider.messages[-1]


def sample(name: str, at: int) -> list[News]:
    """What one call of a fixture says."""
    return heard.news(json.loads(fixture("whatsapp", name))[at], OURS, AT)


def inbound(news: list[News]) -> Inbound:
    """The only thing said."""
    [one] = news
    assert isinstance(one, Inbound)
    return one


@pytest.mark.parametrize("to", [PHONE, USER])
def test_statuses_come_in_any_order(provider: WhatsApp, to: str) -> None:
    message = taken(provider, to)
    kinds: dict[str, ReceiptKind] = {
        "sent": "accepted", "delivered": "delivered", "read": "read",
    }  # fmt: skip
    for order in permutations(kinds):
        news = told(provider, {"statuses": [provider.status(message, one) for one in order]})
        assert news == [Receipt(kinds[one], AT, message.wamid, MESSAGE) for one in order]


@pytest.mark.parametrize(
    ("code", "kind", "problem"),
    [
        (131026, "failed", Problem.NONE),
        (131047, "failed", Problem.WINDOW),
        (131049, "failed", Problem.CONTENT),
        (131050, "refused", Problem.REFUSED),
        (132015, "failed", Problem.CONTENT),
        (131000, "failed", Problem.SERVER),
        (131048, "failed", Problem.THROTTLED),
        (131042, "failed", Problem.ACCOUNT),
        (987654, "failed", Problem.NONE),
    ],
)
def test_why_it_failed(provider: WhatsApp, code: int, kind: str, problem: Problem) -> None:
    message = taken(provider)
    [news] = told(provider, {"statuses": [provider.status(message, "failed", code)]})
    assert isinstance(news, Receipt)
    assert (news.kind, news.problem, news.code) == (kind, problem, str(code))


def test_an_id_that_is_not_ours_leaves_the_reference(provider: WhatsApp) -> None:
    status = provider.status(taken(provider), "delivered")
    for data in ("sipariş-7", "", None, 7, {"a": 1}):
        [news] = told(provider, {"statuses": [{**status, "biz_opaque_callback_data": data}]})
        assert news == Receipt("delivered", AT, status["id"], None)


def test_one_call_may_bring_many_entries(provider: WhatsApp) -> None:
    message = taken(provider)
    values: list[dict[str, Any]] = [{"statuses": [provider.status(message, "sent")]}]
    for words in ("bir", "iki"):
        contact, one = provider.said("text", {"body": words}, phone="905551112233", user=USER)
        values.append({"contacts": [contact], "messages": [one]})
    first, *said = told(provider, *values)
    assert isinstance(first, Receipt)
    assert [getattr(one, "text", "") for one in said] == ["bir", "iki"]


def test_another_number_of_the_same_app_is_not_ours(provider: WhatsApp) -> None:
    status = {"statuses": [provider.status(taken(provider), "sent")]}
    assert told(provider, status, number="999999") == []
    assert len(told(provider, status)) == 1


def test_who_hides_her_number_is_known_by_her_id(provider: WhatsApp) -> None:
    contact, one = provider.said("text", {"body": "Şimdi / yarın"}, user=USER)
    said = inbound(told(provider, {"contacts": [contact], "messages": [one]}))
    assert (said.address, said.text, said.data) == (USER, "Şimdi / yarın", {"user_id": USER})
    del one["from_user_id"]
    assert inbound(told(provider, {"contacts": [contact], "messages": [one]})).address == USER
    assert told(provider, {"contacts": [], "messages": [one]}) == []


def test_of_several_contacts_the_writer_is_found_by_number_or_id(provider: WhatsApp) -> None:
    both, one = provider.said("text", {"body": "a"}, phone="905551112233", user=USER)
    other, two = provider.said("text", {"body": "b"}, phone="905559998877", user="TR.2")
    del one["from_user_id"], two["from"]
    news = told(provider, {"contacts": [both, other], "messages": [two, one]})
    people = [(getattr(item, "address", ""), getattr(item, "data", {})) for item in news]
    assert people == [
        ("+905559998877", {"user_id": "TR.2"}), ("+905551112233", {"user_id": USER}),
    ]  # fmt: skip


def test_metas_own_examples() -> None:
    text = heard.news(json.loads(fixture("whatsapp", "text.json")), "106540352242922", AT)
    assert inbound(text) == Inbound(
        id="wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQTRBNjU5OUFFRTAzODEwMTQ0RgA=",
        address="+16505551234",
        at=datetime(2025, 6, 8, 20, 59, 43, tzinfo=UTC),
        text="Does it come in another color?",
        to="+15550783881",
    )
    test = heard.news(json.loads(fixture("whatsapp", "test_button.json")), "123456123", AT)
    assert inbound(test).data == {"user_id": USER}


def test_a_word_about_marketing_alone_is_no_message() -> None:
    told = json.loads(fixture("whatsapp", "user_preferences.json"))
    assert heard.news(told, "106540352242922", AT) == []


@pytest.mark.parametrize(
    ("at", "kind", "text", "data"),
    [
        (0, "image", "", {"media_id": "65463453", "mime_type": "image/jpeg"}),
        (1, "document", "caption",
         {"media_id": "1234567890987654321", "mime_type": "application/pdf",
          "filename": "filename.pdf"}),
        (2, "audio", "",
         {"media_id": "1234567890987654321", "mime_type": "audio/ogg; codecs=opus"}),
        (3, "reaction", "😮", {"reaction_to": "wamid.yzxyzx="}),
        (4, "reaction", "", {"reaction_to": "wamid.yzxyzx="}),
        (5, "location", "Facebook HQ, 1 Hacker Way, Menlo Park, CA 94025",
         {"latitude": 37.4611978, "longitude": -122.2164385}),
        (6, "contacts", "Chandler Bing, Monica, Rachel Green", {}),
        (7, "order", "", {}),
        (8, "unsupported", "", {}),
        (9, "text", "replied text", {"reply_to": "wamid.xyzxyz=="}),
        (10, "interactive", "title", {"payload": "callback_data", "reply_to": "wamid.xyzxyz"}),
        (11, "button", "title", {"payload": "callback_data", "reply_to": "wamid.xyzxyz=="}),
        (12, "interactive", "title", {"payload": "callback_data", "reply_to": "wamid.xyzxyz"}),
    ],
)  # fmt: skip
def test_messages_of_every_kind(at: int, kind: str, text: str, data: dict[str, Any]) -> None:
    said = inbound(sample("messages.json", at))
    assert (said.kind, said.text, said.address) == (kind, text, "+972987654321")
    assert {name: said.data[name] for name in said.data if name != "user_id"} == data


def test_statuses_as_others_saw_them() -> None:
    kinds = [[getattr(one, "kind", "") for one in sample("statuses.json", at)] for at in range(5)]
    assert kinds == [["accepted"], ["delivered"], ["read"], ["failed"], []]
    [failed] = sample("statuses.json", 3)
    assert isinstance(failed, Receipt)
    assert (failed.code, failed.problem) == ("130472", Problem.CONTENT)


def test_a_number_or_an_id_that_changed() -> None:
    when = datetime(2025, 7, 30, 4, 55, 15, tzinfo=UTC)
    assert sample("system.json", 0) == [Moved("+972987654321", "+972912345678", when)]
    assert sample("system.json", 1) == [Moved("CO.1234567890", "MX.0987654321", when)]
    assert sample("system.json", 2) == []


def test_what_is_of_no_documented_shape_is_left_out(provider: WhatsApp) -> None:
    good = provider.status(taken(provider), "read")
    odd: list[Any] = [
        None, 7, "x", [], {}, {"id": 7}, {"id": "w"}, {"id": "w", "status": ["sent"]},
        {"id": "w", "type": "text"}, {"id": "w", "type": {"a": 1}, "from": "9"},
        {"type": "system", "system": []}, {"type": "system", "system": {"type": 1}},
    ]  # fmt: skip
    assert told(provider, {"statuses": [*odd, good], "messages": odd, "contacts": odd}) == [
        Receipt("read", AT, good["id"], MESSAGE)
    ]
    for value in odd:
        assert told(provider, {"statuses": value, "messages": value, "contacts": value}) == []
        assert heard.news({"entry": value}, NUMBER, AT) == []
        assert heard.news({"entry": [{"changes": value}]}, NUMBER, AT) == []
    failed = {**good, "status": "failed", "errors": [{"code": "131050"}]}
    [news] = told(provider, {"statuses": [failed]})
    assert news == Receipt("failed", AT, good["id"], MESSAGE, Problem.NONE, "failed")


@pytest.mark.parametrize("stamp", ["", "soon", "9" * 30, "-9" + "9" * 17, None, 7.5])
def test_a_time_that_is_none_is_the_calls(provider: WhatsApp, stamp: Any) -> None:
    status = {**provider.status(taken(provider), "read"), "timestamp": stamp}
    assert told(provider, {"statuses": [status]})[0].at == AT


def test_our_id_is_only_taken_as_a_uuid(provider: WhatsApp) -> None:
    message = uuid.uuid4()
    status = {"id": "w", "status": "read", "biz_opaque_callback_data": str(message)}
    assert told(provider, {"statuses": [status]}) == [Receipt("read", AT, "w", message)]
