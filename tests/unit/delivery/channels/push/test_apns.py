"""APNs against Node's HTTP/2 server: signed, shared, taken up again, and each refusal read."""

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kervan.delivery.channels.channel import Outcome, Outgoing
from kervan.delivery.channels.push.apns import Apns, Place, Settings, Signer
from kervan.kernel.errors import KervanError
from tests import peers
from tests.simulators.apns.server import KEY_ID, TEAM_ID, TOPIC
from tests.simulators.apns.server import Apns as Apple
from tests.unit.delivery.certificate import self_signed
from tests.unit.delivery.channels.push.told import Clock, outgoing, pick, sent

pytestmark = pytest.mark.peer("node")
PHONE = "0f" * 32
OTHER = "ab" * 32


class World:
    """Apple and our line to it, both by one clock."""

    def __init__(self, apple: Apple) -> None:
        self.apple, self.clock = apple, Clock()
        self.tell_time()
        self.opened = 0

    def tell_time(self) -> None:
        self.apple.set(now=int(self.clock.seconds()))

    def settings(self, **more: Any) -> Settings:
        own = Settings(key=self.apple.key, key_id=KEY_ID, team_id=TEAM_ID, topic=TOPIC)
        return msgspec.structs.replace(own, **more)

    def line(self, timeout_seconds: float = 30, **more: Any) -> Apns:
        place = Place("127.0.0.1", self.apple.port, self.apple.tls())
        return Apns(self.settings(**more), place, self.clock, timeout_seconds)

    def message(self, device: str = PHONE, **more: Any) -> Outgoing:
        return outgoing(f"apns:{device}", **more)

    def send(self, *steps: Outgoing | Callable[[], object], **more: Any) -> list[Outcome]:
        outcomes = sent(lambda http: self.line(**more), *steps)
        self.apple.settle()
        return outcomes

    def crowd(self, count: int, **more: Any) -> list[Outcome]:
        """What becomes of many messages at once."""

        async def run() -> list[Outcome]:
            line = self.line(**more)
            try:
                return await asyncio.gather(*[line.send(self.message()) for _ in range(count)])
            finally:
                await line.close()

        outcomes = asyncio.run(run())
        self.apple.settle()
        return outcomes


def new_apple(place: Path, **more: int) -> Apple:
    """Apple with a key and a certificate of its own."""
    node = peers.find("node")
    assert node is not None
    return Apple(node, place, self_signed(place), **more)


@pytest.fixture(scope="module")
def apple(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apple]:
    with new_apple(tmp_path_factory.mktemp("apple")) as running:
        yield running


@pytest.fixture
def world(apple: Apple) -> World:
    apple.set(answers={}, faults=[], lastToken="", lastIssued=0)
    apple.got.clear()
    return World(apple)


def test_a_phone_is_sent_what_was_written(world: World) -> None:
    data = '{"cart": [1, "ğ"]}'
    first, second = world.send(
        world.message(image="https://shop.example/i.png", data=data, collapse="sepet"),
        world.message(PHONE.upper(), marketing=False, title=""),
    )
    assert pick(first) == pick(second) == ("accepted", "", "")
    assert first.reference == "0199d2a0-0000-7000-8000-000000000001"
    shown, other = world.apple.got
    assert shown["device"] == other["device"] == PHONE
    assert shown["payload"] == {
        "aps": {
            "alert": {"title": "İndirim başladı", "body": "Sepetindeki ürün %20 ucuz"},
            "sound": "default",
            "mutable-content": 1,
        },
        "cart": [1, "ğ"],
        "url": "https://shop.example/sepet",
        "image": "https://shop.example/i.png",
        "message": "0199d2a0-0000-7000-8000-000000000001",
    }
    headers = shown["headers"]
    assert headers["apns-id"] == "0199d2a0-0000-7000-8000-000000000001"
    assert int(headers["apns-expiration"]) == world.clock.seconds() + 3600
    assert (headers["apns-priority"], other["headers"]["apns-priority"]) == ("5", "10")
    assert headers["apns-push-type"] == "alert" and len(headers["apns-collapse-id"]) <= 64
    assert "apns-collapse-id" not in other["headers"]


def test_without_a_text_nothing_is_shown(world: World) -> None:
    quiet = world.message(title="", body="", data='{"sync": 1}', marketing=False)
    assert pick(*world.send(quiet)) == ("accepted", "", "")
    (got,) = world.apple.got
    assert got["payload"]["aps"] == {"content-available": 1} and got["payload"]["sync"] == 1
    assert got["headers"]["apns-push-type"] == "background"
    assert got["headers"]["apns-priority"] == "5"


def test_many_share_a_connection_and_wait_for_their_places(world: World) -> None:
    before = world.apple.sessions
    outcomes = world.crowd(300)  # one at a time first, a hundred after the first was good
    assert {pick(one) for one in outcomes} == {("accepted", "", "")}
    assert len(world.apple.got) == 300 and world.apple.sessions == before + 1


def test_a_small_window_is_kept(tmp_path: Path) -> None:
    with new_apple(tmp_path, window=100) as apple:
        world = World(apple)
        outcomes = world.send(*[world.message(body="x" * 3000)] * 3)
        assert [one.fate.value for one in outcomes] == ["accepted"] * 3
        assert len(apple.got[2]["payload"]["aps"]["alert"]["body"]) == 3000


def test_all_tell_the_same_token_for_half_an_hour(world: World) -> None:
    first, second = (Signer(world.settings(), world.clock) for _ in range(2))
    assert first.token() == second.token()
    one = world.message(hours=24)
    outcomes = world.send(one, world.clock.forward(0.49), world.tell_time, one)
    outcomes += world.send(one)  # another process: Apple counts no new token
    outcomes += world.send(world.clock.forward(0.02), world.tell_time, one)
    assert [one.fate.value for one in outcomes] == ["accepted"] * 4
    tokens = [one["headers"]["authorization"] for one in world.apple.got]
    assert tokens[0] == tokens[1] == tokens[2] != tokens[3]


def test_a_young_token_is_not_changed(world: World) -> None:
    signer = Signer(world.settings(), world.clock)
    first = signer.token()
    assert signer.renewed(first) == ""  # Apple would call it too many updates
    world.clock.forward(0.4)()
    second = signer.renewed(first)
    assert second not in ("", first) and signer.token() == second
    assert signer.renewed(first) == second  # what another message has done is not done twice


def test_a_token_apple_finds_too_old_is_made_anew_once(world: World) -> None:
    world.clock.forward(0.4)()
    world.tell_time()
    expired = {"status": 403, "body": {"reason": "ExpiredProviderToken"}}
    world.apple.fail(expired)
    one = world.message()
    outcomes = world.send(one, one)
    assert [pick(one) for one in outcomes] == [("accepted", "", "")] * 2
    tokens = {one["headers"]["authorization"] for one in world.apple.got}
    assert len(tokens) == 1  # the new one stays
    world.apple.fail(expired, expired)
    assert pick(*world.send(one)) == ("deferred", "account", "ExpiredProviderToken")


def test_our_clock_being_wrong_is_said(world: World) -> None:
    world.apple.set(now=int(world.clock.seconds()) + 7200)
    assert pick(*world.send(world.message())) == ("deferred", "account", "ExpiredProviderToken")


def test_a_key_apple_does_not_know_is_said(world: World) -> None:
    wrong = {"key": new_key(ec.generate_private_key(ec.SECP256R1()))}
    for more in (wrong, {"key_id": "XXXXXXXXXX"}, {"team_id": "XXXXXXXXXX"}):
        outcome = world.send(world.message(), **more)[0]
        assert pick(outcome) == ("deferred", "account", "InvalidProviderToken")
    assert pick(*world.send(world.message(), topic="com.example.else"))[1:] == (
        "account", "BadTopic",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "body", "headers", "expected", "wait"),
    [
        (
            410, {"reason": "Unregistered", "timestamp": 1_763_000_000_000}, {},
            ("rejected", "address", "Unregistered 1763000000000"), 0,
        ),
        (410, {"reason": "ExpiredToken"}, {}, ("rejected", "address", "ExpiredToken"), 0),
        (410, "", {}, ("rejected", "address", "410"), 0),
        (400, {"reason": "BadDeviceToken"}, {}, ("deferred", "account", "BadDeviceToken"), 0),
        (400, {"reason": "BadCollapseId"}, {}, ("rejected", "content", "BadCollapseId"), 0),
        (400, {"reason": "PayloadEmpty"}, {}, ("rejected", "content", "PayloadEmpty"), 0),
        (400, {"reason": "TopicDisallowed"}, {}, ("deferred", "account", "TopicDisallowed"), 0),
        (400, {"reason": "the +905321112233"}, {}, ("deferred", "account", "400"), 0),
        (400, "<html>", {}, ("deferred", "account", "400"), 0),
        (403, {"reason": "Forbidden"}, {}, ("deferred", "account", "Forbidden"), 0),
        (413, {"reason": "PayloadTooLarge"}, {}, ("rejected", "content", "PayloadTooLarge"), 0),
        (
            429, {"reason": "TooManyRequests"}, {"retry-after": "7"},
            ("deferred", "server", "TooManyRequests"), 7,
        ),
        (
            429, {"reason": "TooManyProviderTokenUpdates"}, {},
            ("deferred", "account", "TooManyProviderTokenUpdates"), 0,
        ),
        (500, {"reason": "InternalServerError"}, {}, ("doubt", "server", "InternalServerError"), 0),
        (503, {"reason": "Shutdown"}, {}, ("deferred", "server", "Shutdown"), 0),
    ],
)  # fmt: skip
def test_each_answer_is_read(
    world: World, status: int, body: Any, headers: dict[str, str],
    expected: tuple[str, ...], wait: float,
) -> None:  # fmt: skip
    world.apple.fail({"status": status, "body": body, "headers": headers})
    (outcome,) = world.send(world.message())
    assert (pick(outcome), outcome.retry_after_seconds) == (expected, wait)


def test_a_token_of_another_app_halts_nobody(world: World) -> None:
    refused = {"status": 400, "body": {"reason": "DeviceTokenNotForTopic"}}
    world.apple.set(answers={OTHER: refused})
    outcomes = world.send(world.message(OTHER), world.message(), world.message(OTHER))
    assert [pick(one)[:2] for one in outcomes] == [
        ("deferred", "account"),
        ("accepted", ""),
        ("rejected", "address"),
    ]


@pytest.mark.parametrize("fault", ["refuse", "goaway"])
def test_what_was_not_looked_at_goes_again(world: World, fault: str) -> None:
    outcomes = world.send(world.message(), lambda: world.apple.fail(fault), world.message())
    assert [one.fate.value for one in outcomes] == ["accepted"] * 2
    assert len(world.apple.got) == 2


def test_what_is_never_looked_at_is_put_off(world: World) -> None:
    world.apple.fail("refuse", "refuse")
    assert pick(*world.send(world.message())) == ("deferred", "line", "refused_stream")


@pytest.mark.parametrize(
    ("fault", "code", "wait"),
    [("reset", "reset", 30), ("drop", "connection_lost", 30), ("hang", "timeout", 2)],
)
def test_what_may_have_been_taken_is_a_doubt(
    world: World, fault: str, code: str, wait: float
) -> None:
    steps = (world.message(), lambda: world.apple.fail(fault), world.message(), world.message())
    outcomes = world.send(*steps, timeout_seconds=wait)
    assert [pick(one) for one in outcomes] == [
        ("accepted", "", ""),
        ("doubt", "line", code),
        ("accepted", "", ""),  # on a new connection where the old one is gone
    ]
    assert len(world.apple.got) == 2


def test_who_leaves_still_answers_what_is_under_way(world: World) -> None:
    world.apple.fail(None, None, None, "leave")
    before = world.apple.sessions
    outcomes = world.crowd(200)
    assert {pick(one) for one in outcomes} == {("accepted", "", "")}
    assert len(world.apple.got) == 200 and world.apple.sessions == before + 2


def test_nobody_there_or_nobody_to_trust_is_no_doubt(world: World) -> None:
    nobody = Place("127.0.0.1", 9, world.apple.tls())
    outcome = sent(lambda _: Apns(world.settings(), nobody, world.clock), world.message())[0]
    assert pick(outcome)[:2] == ("deferred", "line")
    stranger = Place("127.0.0.1", world.apple.port)
    outcome = sent(lambda _: Apns(world.settings(), stranger, world.clock), world.message())[0]
    assert pick(outcome) == ("deferred", "line", "not_trusted")


def test_the_largest_message_fits_and_a_larger_one_is_not_sent(world: World) -> None:
    spare = 4096 - len(json.dumps(bare(), separators=(",", ":")))
    outcomes = world.send(
        *[world.message(title="", url="", body="x" * n) for n in (spare, spare + 1)]
    )
    assert [pick(one)[1:] for one in outcomes] == [("", ""), ("content", "too_large")]
    assert len(world.apple.got) == 1


def bare() -> dict[str, Any]:
    """What a message carries besides its text."""
    aps = {"alert": {"body": ""}, "sound": "default"}
    return {"message": "0199d2a0-0000-7000-8000-000000000001", "aps": aps}


@pytest.mark.parametrize(
    ("to", "fields", "expected"),
    [
        ("apns:", {}, ("address", "token_invalid")),
        ("apns:../../x", {}, ("address", "token_invalid")),
        ("apns:" + "0g" * 32, {}, ("address", "token_invalid")),
        ("fcm:" + PHONE, {}, ("address", "token_invalid")),
        ("apns:" + PHONE, {"data": '{"aps": {}}'}, ("content", "data_reserved")),
        ("apns:" + PHONE, {"data": "[]"}, ("content", "data_invalid")),
        ("apns:" + PHONE, {"data": "{"}, ("content", "data_invalid")),
    ],
)
def test_what_apple_would_refuse_is_not_sent(
    world: World, to: str, fields: dict[str, str], expected: tuple[str, str]
) -> None:
    (outcome,) = world.send(outgoing(to, **fields))
    assert outcome.fate.value == "rejected" and pick(outcome)[1:] == expected


def new_key(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> str:
    """A key as Apple gives it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"key": ""}, "delivery.push_apple_key_invalid"),
        ({"key": "rsa"}, "delivery.push_apple_key_invalid"),
        ({"key": "p384"}, "delivery.push_apple_key_invalid"),
        ({"key_id": "short"}, "delivery.push_apple_ids_invalid"),
        ({"team_id": "bad team!!"}, "delivery.push_apple_ids_invalid"),
        ({"topic": "com/shop"}, "delivery.push_apple_ids_invalid"),
    ],
)
def test_settings_that_cannot_work_are_refused(
    world: World, more: dict[str, str], code: str
) -> None:
    kinds = {"rsa": rsa.generate_private_key(65537, 2048)}
    kinds["p384"] = ec.generate_private_key(ec.SECP384R1())
    if more.get("key") in kinds:
        more = {"key": new_key(kinds[more["key"]])}
    with pytest.raises(KervanError) as raised:
        world.line(**more)
    assert raised.value.code == code
