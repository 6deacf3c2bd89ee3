"""Web Push against a strict service: encrypted, signed, and each answer read as documented."""

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from kervan.delivery.channels.channel import Outcome, Outgoing
from kervan.delivery.channels.push.web_push import PROVIDER, Settings, WebPush
from kervan.kernel.errors import KervanError
from kervan.kernel.http import Reach
from tests.simulators.webpush.browser import Browser
from tests.simulators.webpush.server import PushService
from tests.unit.delivery.channels.push.firefox import running
from tests.unit.delivery.channels.push.told import Clock, outgoing, pick, sent
from tests.unit.delivery.peer import until


def new_key() -> str:
    """A sender's private key as an operator pastes it."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


KEY = new_key()
SUBJECT = "mailto:push@kervan.example"


class World:
    """A push service, a browser with a subscription there, and our line."""

    def __init__(self, service: PushService, clock: Clock) -> None:
        self.service, self.clock, self.browser = service, clock, Browser()
        own = WebPush(self.settings(), None, clock)
        self.key = base64.urlsafe_b64decode(own.public_key + "=")
        self.endpoint = service.subscribe(self.key)

    def settings(self, **more: Any) -> Settings:
        return msgspec.structs.replace(
            Settings(private_key=KEY, subject=SUBJECT, services=(self.service.origin,)), **more
        )

    def message(self, endpoint: str = "", **more: Any) -> Outgoing:
        place = self.browser.subscription(endpoint or self.endpoint)
        return outgoing(place, **more)

    def send(self, *messages: Outgoing | Callable[[], object], **settings: Any) -> list[Outcome]:
        wanted = self.settings(**settings)
        return sent(lambda http: WebPush(wanted, http, self.clock), *messages)

    def heard(self) -> list[dict[str, object]]:
        return [json.loads(self.browser.decrypt(one.body)) for one in self.service.messages]


@pytest.fixture
def world() -> Iterator[World]:
    clock = Clock()
    with PushService(clock.seconds) as service:
        yield World(service, clock)


def test_the_browser_reads_what_was_sent(world: World) -> None:
    more = {"image": "", "icon": "https://shop.example/i.png", "data": '{"cart": [1, "ğ"]}'}
    outcomes = world.send(
        world.message(collapse="sepet 17", **more), world.message(marketing=False)
    )
    assert [pick(one) for one in outcomes] == [("accepted", "", "")] * 2
    first, second = world.heard()
    assert first == {
        "id": "0199d2a0-0000-7000-8000-000000000001",
        "lang": "tr",
        "title": "İndirim başladı",
        "body": "Sepetindeki ürün %20 ucuz",
        "url": "https://shop.example/sepet",
        "icon": "https://shop.example/i.png",
        "tag": "sepet 17",
        "data": {"cart": [1, "ğ"]},
    }
    assert "tag" not in second and "data" not in second
    headers = [one.headers for one in world.service.messages]
    assert [one["ttl"] for one in headers] == ["3600", "3600"]
    assert [one["urgency"] for one in headers] == ["normal", "high"]
    assert "topic" in headers[0] and "topic" not in headers[1]
    assert world.service.messages[0].body[:16] != world.service.messages[1].body[:16]


def test_a_later_message_replaces_the_one_that_waits(world: World) -> None:
    messages = [world.message(collapse=name) for name in ("sepet", "ödeme", "sepet")]
    world.send(*messages)
    assert [len(queue) for queue in world.service.waiting.values()] == [2]


def test_a_token_is_shown_to_one_service_and_for_hours(world: World) -> None:
    with PushService(world.clock.seconds) as other:
        elsewhere = world.message(other.subscribe(world.key), hours=24)
        here = world.message(hours=24)
        later = world.clock.forward(7)
        both = (world.service.origin, other.origin)
        world.send(here, elsewhere, here, later, here, services=both)
        assert other.messages[0].claims["aud"] == other.origin
    tokens = [one.headers["authorization"] for one in world.service.messages]
    assert tokens[0] == tokens[1] != tokens[2]
    claims = [one.claims for one in world.service.messages]
    assert {one["aud"] for one in claims} == {world.service.origin}
    assert claims[2]["exp"] - world.clock.seconds() == 12 * 3600


def test_the_largest_message_fits_and_a_larger_one_is_not_sent(world: World) -> None:
    spare = 3993 - len(json.dumps({**world_payload(), "body": ""}, separators=(",", ":")))
    fits, not_fits = (world.message(title="", url="", body="x" * n) for n in (spare, spare + 1))
    assert [pick(one) for one in world.send(fits, not_fits)] == [
        ("accepted", "", ""),
        ("rejected", "content", "too_large"),
    ]
    assert [len(one.body) for one in world.service.messages] == [4096]


def world_payload() -> dict[str, str]:
    """What a message carries besides its text."""
    return {"id": "0199d2a0-0000-7000-8000-000000000001", "lang": "tr"}


@pytest.mark.parametrize(
    ("status", "headers", "body", "expected", "wait"),
    [
        (200, {}, "", ("accepted", "", ""), 0),
        (202, {}, "", ("accepted", "", ""), 0),
        (404, {}, "", ("rejected", "address", "404"), 0),
        (410, {}, "<html>", ("rejected", "address", "410"), 0),
        (413, {}, "", ("rejected", "content", "413"), 0),
        (429, {}, "", ("deferred", "server", "429"), 0),
        (429, {"Retry-After": "30"}, "", ("deferred", "server", "429"), 30),
        (
            429, {"Retry-After": "Sun, 22 Nov 2026 12:01:30 GMT"}, "",
            ("deferred", "server", "429"), 90,
        ),
        (406, {}, "", ("deferred", "server", "406"), 0),
        (400, {}, '{"errno": 108}', ("rejected", "address", "400 108"), 0),
        (400, {}, '{"errno": 113}', ("rejected", "content", "400 113"), 0),
        (400, {}, "UnauthorizedRegistration", ("deferred", "account", "400"), 0),
        (400, {}, "[]", ("deferred", "account", "400"), 0),
        (401, {}, "", ("deferred", "account", "401"), 0),
        (403, {}, '{"reason": "BadJwtToken"}', ("deferred", "account", "403"), 0),
        (500, {}, "", ("doubt", "server", "500"), 0),
        (502, {}, "<html>", ("doubt", "server", "502"), 0),
        (503, {"Retry-After": "5"}, "", ("deferred", "server", "503"), 5),
        (302, {"Location": "http://127.0.0.1/"}, "", ("deferred", "server", "302"), 0),
        (405, {}, "", ("rejected", "content", "405"), 0),
    ],
)  # fmt: skip
def test_each_answer_is_read(
    world: World, status: int, headers: dict[str, str], body: str,
    expected: tuple[str, ...], wait: float,
) -> None:  # fmt: skip
    world.service.fail(status, headers, body)
    (outcome,) = world.send(world.message())
    assert (pick(outcome), outcome.retry_after_seconds) == (expected, wait)


def test_a_busy_service_rests_alone(world: World) -> None:
    with PushService(world.clock.seconds) as other:
        world.service.fail(429, {"Retry-After": "3600"})
        elsewhere = world.message(other.subscribe(world.key), hours=24)
        here = world.message(hours=24)
        both = (world.service.origin, other.origin)
        half_an_hour, over = world.clock.forward(0.5), world.clock.forward(0.6)
        outcomes = world.send(here, elsewhere, half_an_hour, here, over, here, services=both)
    assert [one.fate.value for one in outcomes] == ["deferred", "accepted", "deferred", "accepted"]
    assert outcomes[2].code == "rests" and outcomes[2].retry_after_seconds == 1800
    assert len(world.service.messages) == 1


def test_a_subscription_that_ended_is_gone(world: World) -> None:
    unknown = world.service.origin + "/push/nowhere"
    outcomes = world.send(
        world.message(),
        lambda: world.service.end(world.endpoint),
        world.message(),
        world.message(unknown),
    )
    assert [pick(one)[:2] for one in outcomes] == [
        ("accepted", ""),
        ("rejected", "address"),
        ("rejected", "address"),
    ]


def test_another_shops_subscription_halts_nobody(world: World) -> None:
    stranger = world.service.subscribe(b"\4" + bytes(64))
    outcomes = world.send(world.message(stranger), world.message(), world.message(stranger))
    assert [pick(one) for one in outcomes] == [
        ("deferred", "account", "403"),  # nothing shows yet that our key is right
        ("accepted", "", ""),
        ("rejected", "address", "403"),
    ]


def test_a_wrong_key_loses_no_subscription(world: World) -> None:
    outcomes = world.send(*[world.message()] * 3, private_key=new_key())
    assert {pick(one) for one in outcomes} == {("deferred", "account", "403")}


def test_no_whole_answer_is_a_doubt_and_no_connection_is_none(world: World) -> None:
    world.service.fail(0, cut=True)
    outcomes = world.send(world.message())
    assert outcomes[0].fate.value == "doubt" and len(world.service.messages) == 1
    nobody = "http://127.0.0.1:9"
    message = world.message(nobody + "/push/x")
    assert pick(*world.send(message, services=(nobody,))) == ("deferred", "line", "unreachable")


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://evil.example/push/1",
        "http://fcm.googleapis.com/fcm/send/1",
        "https://fcm.googleapis.com:8443/fcm/send/1",
        "https://fcm.googleapis.com.evil.example/1",
        "https://evil.example/?fcm.googleapis.com",
        "https://fcm.googleapis.com@evil.example/1",
        "https://me:pw@fcm.googleapis.com/1",
        "https://push.services.mozilla.com.evil.example/1",
        "https://evilpush.apple.com/1",
        "https://127.0.0.1/1",
        "https://[::1]/1",
        "http://127.0.0.1:8123@fcm.googleapis.com/1",
        "https://fcm.googleapis.com:99999/1",
        "https://fcm。googleapis。com/1",
        "file:///etc/passwd",
        "",
    ],
)
def test_an_endpoint_leads_to_a_push_service_only(world: World, endpoint: str) -> None:
    known = Settings(private_key=KEY, subject=SUBJECT).services
    (outcome,) = world.send(outgoing(world.browser.subscription(endpoint)), services=known)
    assert pick(outcome)[:2] == ("rejected", "address")


def test_a_name_that_leads_inside_is_not_called(world: World) -> None:
    settings = world.settings(services=("localhost",))
    message = world.message("https://localhost/push/1")
    outcomes = sent(lambda http: WebPush(settings, http, world.clock), message, reach=Reach.PUBLIC)
    assert pick(*outcomes) == ("rejected", "address", "endpoint_not_allowed")


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"p256dh": "", "auth": ""},
        {"p256dh": "AAAA", "auth": "AAAA"},
        {"auth": "A" * 21},
        {"auth": "é" * 22},
        {"p256dh": "B" + "A" * 86},  # the right length, no point of the curve
    ],
)
def test_a_broken_subscription_is_given_up(world: World, keys: dict[str, str]) -> None:
    whole = json.loads(world.browser.subscription(world.endpoint))
    whole["keys"] = {**whole["keys"], **keys} if keys else {}
    (outcome,) = world.send(outgoing(json.dumps(whole)))
    assert pick(outcome) == ("rejected", "address", "subscription_invalid")
    assert pick(*world.send(outgoing("not json"))) == (
        "rejected",
        "address",
        "subscription_invalid",
    )


def test_padded_keys_of_older_browsers_are_read(world: World) -> None:
    whole = json.loads(world.browser.subscription(world.endpoint))
    whole["keys"] = {
        name: value.translate(str.maketrans("-_", "+/")) + "=" * (-len(value) % 4)
        for name, value in whole["keys"].items()
    }
    assert pick(*world.send(outgoing(json.dumps(whole)))) == ("accepted", "", "")
    assert world.heard()[0]["title"] == "İndirim başladı"


@pytest.mark.parametrize("data", ["[1]", "{", "1"])
def test_data_that_is_no_object_is_refused(world: World, data: str) -> None:
    assert pick(*world.send(world.message(data=data))) == ("rejected", "content", "data_invalid")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"private_key": ""}, "delivery.push_key_invalid"),
        ({"private_key": "A" * 43}, "delivery.push_key_invalid"),
        ({"private_key": "x" * 40}, "delivery.push_key_invalid"),
        ({"subject": "push@kervan.example"}, "delivery.push_subject_invalid"),
        ({"subject": "mailto:push@localhost"}, "delivery.push_subject_invalid"),
        ({"subject": "http://kervan.example"}, "delivery.push_subject_invalid"),
    ],
)
def test_settings_that_cannot_work_are_refused(
    world: World, more: dict[str, str], code: str
) -> None:
    with pytest.raises(KervanError) as raised:
        world.send(**more)
    assert raised.value.code == code


def test_the_form_keeps_the_key_secret() -> None:
    schema = msgspec.json.schema(PROVIDER.settings)
    fields = schema["$defs"]["Settings"]["properties"]
    assert fields["private_key"]["writeOnly"] is True


SUBSCRIBE = """
const [key, done] = arguments;
(async () => {
  await navigator.serviceWorker.register("/page/worker.js");
  const worker = await navigator.serviceWorker.ready;
  const made = await worker.pushManager.subscribe({
    userVisibleOnly: true, applicationServerKey: key,
  });
  done(JSON.stringify(made));
})().catch((error) => done(`failed: ${error}`));
"""
WORKER = """
self.addEventListener("push", (event) => event.waitUntil(
  fetch("/posted", { method: "POST", body: event.data.text() })
));
"""


@pytest.mark.peer("firefox")
def test_a_real_browser_subscribes_and_reads_it(tmp_path: Path) -> None:
    with PushService() as service:
        service.pages["index.html"] = ("text/html", "<!doctype html><title>Kervan</title>")
        service.pages["worker.js"] = ("text/javascript", WORKER)
        settings = Settings(private_key=KEY, subject=SUBJECT, services=(service.origin,))
        key = WebPush(settings, None).public_key
        preferences = {
            "dom_push_serverURL": service.origin.replace("http", "ws", 1) + "/ws",
            "dom_push_testing_allowInsecureServerURL": True,
            "permissions_default_desktop-notification": 1,
        }
        with running(tmp_path, **preferences) as browser:
            browser.open(service.origin + "/page/index.html")
            subscription = browser.run(SUBSCRIBE, key)
            assert service.origin in subscription
            message = outgoing(subscription, start=datetime.now(UTC))
            outcomes = sent(lambda http: WebPush(settings, http), message, message)
            assert [pick(one) for one in outcomes] == [("accepted", "", "")] * 2
            until(lambda: len(service.posted) == 2, 40)
    assert {json.loads(text)["title"] for text in service.posted} == {"İndirim başladı"}
