"""FCM against a strict simulator and Google's own answers: sent, renewed, and each refusal read."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kervan.delivery.channels.channel import Outcome, Outgoing
from kervan.delivery.channels.push.fcm import Fcm, Settings
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Client, Reach
from tests.simulators.fcm.server import Fcm as Google
from tests.unit.delivery.channels.push.told import Clock, outgoing, pick, sent

SAMPLES = Path(__file__).parents[4] / "fixtures" / "fcm"
PHONE = "fZb7:APA91bH"


class World:
    """FCM with one phone registered, and our line."""

    def __init__(self, google: Google, clock: Clock) -> None:
        self.google, self.clock = google, clock
        google.registered.add(PHONE)

    def message(self, token: str = PHONE, **more: Any) -> Outgoing:
        return outgoing(f"fcm:{token}", **more)

    def send(self, *steps: Outgoing | Callable[[], object], **account: str) -> list[Outcome]:
        settings = Settings(
            service_account=self.google.account(**account), url=self.google.url + "/"
        )
        return sent(lambda http: Fcm(settings, http, self.clock), *steps)


@pytest.fixture
def world() -> Iterator[World]:
    clock = Clock()
    with Google(clock.seconds) as google:
        yield World(google, clock)


def sample(name: str) -> Any:
    """What FCM really answered."""
    return json.loads((SAMPLES / name).read_text())


def test_a_phone_is_sent_what_was_written(world: World) -> None:
    data = '{"cart": [1, "ğ"], "step": "2"}'
    first, second = world.send(
        world.message(image="https://shop.example/i.png", data=data, collapse="sepet"),
        world.message(marketing=False),
    )
    assert pick(first) == ("accepted", "", "") and first.reference.startswith("0:")
    assert first.reference != second.reference
    message, other = world.google.messages
    assert message["token"] == PHONE
    assert message["notification"] == {
        "title": "İndirim başladı",
        "body": "Sepetindeki ürün %20 ucuz",
        "image": "https://shop.example/i.png",
    }
    assert message["data"] == {
        "cart": '[1,"ğ"]',
        "step": "2",
        "url": "https://shop.example/sepet",
        "message": "0199d2a0-0000-7000-8000-000000000001",
    }
    assert message["android"]["ttl"] == "3600s"
    key = message["android"]["collapse_key"]
    assert message["apns"]["headers"]["apns-collapse-id"] == key and "collapse_key" not in other
    assert (message["android"]["priority"], other["android"]["priority"]) == ("NORMAL", "HIGH")


def test_without_a_text_nothing_is_shown(world: World) -> None:
    quiet = world.message(title="", body="", data='{"sync": "cart"}', marketing=False)
    assert pick(*world.send(quiet)) == ("accepted", "", "")
    (message,) = world.google.messages
    assert "notification" not in message and message["data"]["sync"] == "cart"
    assert message["android"]["priority"] == "NORMAL"
    assert message["apns"]["payload"] == {"aps": {"content-available": 1}}
    assert message["apns"]["headers"]["apns-priority"] == "5"


def test_one_token_serves_many_messages_until_it_ends(world: World) -> None:
    message = world.message(hours=24)
    outcomes = world.send(message, message, world.clock.forward(0.95), message)
    assert [one.fate.value for one in outcomes] == ["accepted"] * 3
    assert world.google.granted == 2


def test_a_crowd_asks_for_one_token_and_renews_one(world: World) -> None:
    settings = Settings(service_account=world.google.account(), url=world.google.url)

    async def run() -> list[Outcome]:
        http = Client(Reach.ANYWHERE)
        line = Fcm(settings, http, world.clock)
        try:
            crowd = [await asyncio.gather(*[line.send(world.message()) for _ in range(30)])]
            world.google.revoke()
            crowd += [await asyncio.gather(*[line.send(world.message()) for _ in range(30)])]
            return crowd[0] + crowd[1]
        finally:
            await http.close()

    assert {pick(one) for one in asyncio.run(run())} == {("accepted", "", "")}
    assert world.google.granted == 2 and len(world.google.messages) == 60


def test_a_token_that_ended_early_is_renewed_at_once(world: World) -> None:
    outcomes = world.send(world.message(), world.google.revoke, world.message())
    assert [one.fate.value for one in outcomes] == ["accepted"] * 2
    assert world.google.granted == 2 and len(world.google.messages) == 2


def test_a_token_that_is_always_refused_is_asked_for_once_more_only(world: World) -> None:
    for _ in range(2):
        world.google.say(401, {"error": {"status": "UNAUTHENTICATED"}})
    assert pick(*world.send(world.message())) == ("deferred", "account", "401")
    assert world.google.granted == 2


def other_key() -> str:
    """A key Google does not know."""
    key = rsa.generate_private_key(65537, 2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def test_without_a_token_nothing_has_left(world: World) -> None:
    wrong = world.send(world.message(), private_key=other_key())
    assert pick(*wrong) == ("deferred", "account", "token 400")
    nobody = world.send(world.message(), token_uri="http://127.0.0.1:9/token")
    assert pick(*nobody) == ("deferred", "line", "token unreachable")
    world.google.token_fault = 503
    assert pick(*world.send(world.message())) == ("deferred", "server", "token 503")
    world.google.token_fault = 0
    world.google.fail("html")
    assert pick(*world.send(world.message())) == ("deferred", "account", "token 200")
    world.google.fail("cut")
    assert pick(*world.send(world.message())) == ("deferred", "server", "token unanswered")
    assert world.google.messages == []


@pytest.mark.parametrize(
    ("status", "name", "expected"),
    [
        (400, "invalid-value.json", ("rejected", "content", "400")),
        (400, "invalid-token.json", ("rejected", "address", "INVALID_ARGUMENT")),
        (404, "unregistered.json", ("rejected", "address", "UNREGISTERED")),
        (403, "sender-id-mismatch.json", ("deferred", "account", "SENDER_ID_MISMATCH")),
    ],
)
def test_answers_google_really_gave_are_read(
    world: World, status: int, name: str, expected: tuple[str, ...]
) -> None:
    world.google.say(status, sample(name))
    assert pick(*world.send(world.message())) == expected


def fcm_error(code: str, *fields: str) -> dict[str, Any]:
    """An error as Google builds it."""
    kind = "type.googleapis.com/google."
    details: list[dict[str, Any]] = [{"@type": kind + "firebase.fcm.v1.FcmError"}]
    details[0]["errorCode"] = code
    if fields:
        broken = [{"field": field, "description": ""} for field in fields]
        details.append({"@type": kind + "rpc.BadRequest", "fieldViolations": broken})
    return {"error": {"details": details}}


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected", "wait"),
    [
        (
            400, fcm_error("INVALID_ARGUMENT", "message.token"), {},
            ("rejected", "address", "INVALID_ARGUMENT"), 0,
        ),
        (
            400, fcm_error("INVALID_ARGUMENT", "message"), {},
            ("rejected", "content", "INVALID_ARGUMENT"), 0,
        ),
        (400, "<html>", {}, ("rejected", "content", "400"), 0),
        (
            401, fcm_error("THIRD_PARTY_AUTH_ERROR"), {},
            ("deferred", "account", "THIRD_PARTY_AUTH_ERROR"), 0,
        ),
        (403, {"error": {"status": "PERMISSION_DENIED"}}, {}, ("deferred", "account", "403"), 0),
        (404, "<html>a page of Google's</html>", {}, ("deferred", "account", "404"), 0),
        (
            429, fcm_error("QUOTA_EXCEEDED"), {}, ("deferred", "throttled", "QUOTA_EXCEEDED"), 60
        ),
        (
            429, fcm_error("QUOTA_EXCEEDED"), {"Retry-After": "7"},
            ("deferred", "throttled", "QUOTA_EXCEEDED"), 7,
        ),
        (
            503, fcm_error("UNAVAILABLE"), {"Retry-After": "30"},
            ("deferred", "server", "UNAVAILABLE"), 30,
        ),
        (500, fcm_error("INTERNAL"), {}, ("doubt", "server", "INTERNAL"), 0),
        (502, "<html>", {}, ("doubt", "server", "502"), 0),
        (200, "<html>", {}, ("doubt", "server", "200"), 0),
        (200, "", {}, ("doubt", "server", "200"), 0),
        (404, {"error": {"details": ["x", {"@type": 3}]}}, {}, ("deferred", "account", "404"), 0),
    ],
)  # fmt: skip
def test_each_answer_is_read(
    world: World, status: int, body: Any, headers: dict[str, str],
    expected: tuple[str, ...], wait: float,
) -> None:  # fmt: skip
    world.google.say(status, body, headers)
    (outcome,) = world.send(world.message())
    assert (pick(outcome), outcome.retry_after_seconds) == (expected, wait)


def test_another_projects_token_halts_nobody(world: World) -> None:
    world.google.refused["stranger"] = (403, sample("sender-id-mismatch.json"))
    stranger = world.message("stranger")
    outcomes = world.send(stranger, world.message(), stranger)
    assert [pick(one)[:2] for one in outcomes] == [
        ("deferred", "account"),
        ("accepted", ""),
        ("rejected", "address"),
    ]


def test_what_fcm_would_refuse_is_not_sent(world: World) -> None:
    outcomes = world.send(
        world.message(body="ş" * 2100),
        world.message(data='{"from": "x"}'),
        world.message(data='{"google.x": "x"}'),
        world.message(data="[]"),
        world.message(data="{"),
        outgoing("fcm:"),
        outgoing("apns:00aa"),
    )
    assert [pick(one)[1:] for one in outcomes] == [
        ("content", "too_large"),
        ("content", "data_reserved"),
        ("content", "data_reserved"),
        ("content", "data_invalid"),
        ("content", "data_invalid"),
        ("address", "token_invalid"),
        ("address", "token_invalid"),
    ]
    assert {one.fate.value for one in outcomes} == {"rejected"} and world.google.calls == []


def test_what_fcm_refuses_of_a_message_is_no_fault_of_the_token(world: World) -> None:
    assert pick(*world.send(world.message("no-such-token")))[1:] == ("address", "INVALID_ARGUMENT")
    assert pick(*world.send(world.message(hours=10_000))) == ("accepted", "", "")
    assert world.google.messages[0]["android"]["ttl"] == "2419200s"


def test_an_answer_that_is_lost_is_a_doubt(world: World) -> None:
    good = world.message()
    outcomes = world.send(good, lambda: world.google.fail("cut"), good)
    assert [one.fate.value for one in outcomes] == ["accepted", "doubt"]
    assert len(world.google.messages) == 2


def elliptic() -> str:
    """A key of the wrong kind."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize(
    "account",
    ["", "{}", "[]", '{"project_id": "p", "client_email": "e", "private_key": "x"}', "elliptic"],
)
def test_an_account_that_cannot_work_is_refused(account: str) -> None:
    if account == "elliptic":
        account = json.dumps({"project_id": "p", "client_email": "e", "private_key": elliptic()})
    with pytest.raises(KervanError, match="service account"):
        sent(lambda http: Fcm(Settings(service_account=account), http))
