"""Push tokens are sealed, whose they were last seen with, and gone when the service says so."""

import itertools
import json
import uuid
from datetime import timedelta
from typing import Any

import pytest

from kervan.kernel import clock
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection
from kervan.profiles import erase, store, tokens
from kervan.profiles.tokens import APNS, FCM, WEB_PUSH, Seen

VAULT = Vault(b"k" * 32).workspace("test")
_AT_MS = 1_790_000_000_000
AT = clock.from_ms(_AT_MS)
PHONE = "cXyZ09:APA91bE-" + "x" * 120
TABLET = "AB" * 32
BROWSER = {
    "endpoint": "https://updates.push.services.mozilla.com/wpush/v2/gAAA",
    "expirationTime": None,
    "keys": {"p256dh": "BAbc", "auth": "x-y_"},
}
ALL = (FCM, APNS, WEB_PUSH)


@pytest.fixture
def conn(postgres: Connection) -> Connection:
    store.create_people(postgres, VAULT, [1, 2, 3], _AT_MS)
    return postgres


def seen(person: int, text: str, hours: float = 0, *, trusted: bool = False) -> Seen:
    return Seen(person, text, AT + timedelta(hours=hours), trusted)


def addresses(conn: Connection, *people: int, platforms: tuple[int, ...] = ALL) -> dict[int, Any]:
    found = tokens.of_people(conn, VAULT, people, platforms)
    return {head: [one.address for one in rows] for head, rows in found.items()}


def hash_of(text: str) -> bytes:
    found = tokens.address_of(text)
    assert found is not None
    return tokens.hash_of(VAULT, found[0])


def test_each_platform_is_known_by_its_token(conn: Connection) -> None:
    browser = json.dumps(BROWSER)
    tokens.register(conn, VAULT, [seen(1, PHONE), seen(1, TABLET, 1), seen(1, browser, 2)])
    short = '{"endpoint":"' + BROWSER["endpoint"] + '","keys":{"p256dh":"BAbc","auth":"x-y_"}}'
    assert addresses(conn, 1) == {1: [short, "apns:" + TABLET.lower(), "fcm:" + PHONE]}
    push = tokens.PLATFORMS_OF["push"]
    assert addresses(conn, 1, platforms=push) == {1: ["apns:" + TABLET.lower(), "fcm:" + PHONE]}
    rows = conn.execute("select sealed, hash::text from push_token").fetchall()
    assert not any(b"APA91" in bytes(sealed) or "mozilla" in hash_ for sealed, hash_ in rows)


@pytest.mark.parametrize(
    "text",
    [
        "", "null", "undefined", "short", "x" * 5000, "a b" * 20, "{", "{}", "[]",
        '{"endpoint": "http://127.0.0.1/", "keys": {"p256dh": "a", "auth": "b"}}',
        '{"endpoint": "https://x/", "keys": {}}',
    ],
)  # fmt: skip
def test_what_is_no_token_is_left_out(conn: Connection, text: str) -> None:
    assert tokens.register(conn, VAULT, [seen(1, text)]) == 0


def test_a_token_is_whose_it_was_last_seen_with_in_any_order(conn: Connection) -> None:
    words = [seen(1, PHONE), seen(2, PHONE, 5), seen(1, TABLET, 1), seen(3, PHONE, 3)]
    for order in itertools.permutations(words):
        conn.execute("delete from push_token")
        for one in order:
            tokens.register(conn, VAULT, [one])
        expected = {1: ["apns:" + TABLET.lower()], 2: ["fcm:" + PHONE]}
        assert addresses(conn, 1, 2, 3) == expected
        tokens.register(conn, VAULT, order)
        assert addresses(conn, 1, 2, 3) == expected


def test_a_known_token_is_written_once_a_day(conn: Connection) -> None:
    assert tokens.register(conn, VAULT, [seen(1, PHONE, n / 10) for n in range(100)]) == 1
    assert tokens.register(conn, VAULT, [seen(1, PHONE, 20)]) == 0
    assert tokens.register(conn, VAULT, [seen(1, PHONE, 40)]) == 1
    (token,) = tokens.of_people(conn, VAULT, [1], ALL)[1]
    assert token.last_seen_at == AT + timedelta(hours=40)
    assert token.registered_at == AT + timedelta(hours=9.9)


def test_what_is_gone_comes_back_by_a_later_word_only(conn: Connection) -> None:
    tokens.register(conn, VAULT, [seen(1, PHONE, 10)])
    assert not tokens.gone(conn, hash_of(PHONE), AT + timedelta(hours=9))  # registered after that
    assert addresses(conn, 1)
    assert tokens.gone(conn, hash_of(PHONE), AT + timedelta(hours=11))
    assert not tokens.gone(conn, hash_of(PHONE), AT + timedelta(hours=12))
    tokens.register(conn, VAULT, [seen(1, PHONE, 10.5)])
    assert addresses(conn, 1) == {}
    tokens.register(conn, VAULT, [seen(1, PHONE, 12)])
    (token,) = tokens.of_people(conn, VAULT, [1], ALL)[1]
    assert token.registered_at == AT + timedelta(hours=12)


def test_a_token_is_replaced_and_forgotten(conn: Connection) -> None:
    tokens.register(conn, VAULT, [seen(1, PHONE, trusted=True)])
    later = AT + timedelta(hours=1)
    assert tokens.replace(conn, VAULT, hash_of(PHONE), TABLET, later)
    (token,) = tokens.of_people(conn, VAULT, [1], ALL)[1]
    assert (token.platform, token.trusted) == (APNS, True)
    assert not tokens.replace(conn, VAULT, hash_of("y" * 30), TABLET, later)
    tokens.forget(conn, token.hash)
    assert addresses(conn, 1) == {}


def test_new_keys_of_a_browser_take_the_place_of_the_old(conn: Connection) -> None:
    fresh = {**BROWSER, "keys": {"p256dh": "BNew", "auth": "new_"}}
    tokens.register(conn, VAULT, [seen(1, json.dumps(BROWSER)), seen(1, json.dumps(fresh), 30)])
    (only,) = addresses(conn, 1)[1]
    assert json.loads(only)["keys"] == {"p256dh": "BNew", "auth": "new_"}


def test_a_person_has_fifty_at_most(conn: Connection) -> None:
    many = [seen(1, f"token-{n:04d}-{'x' * 20}", n) for n in range(70)]
    tokens.register(conn, VAULT, [*many, seen(2, PHONE)])
    left = addresses(conn, 1, 2)
    assert [one[4:14] for one in left[1]] == [f"token-{n:04d}" for n in range(69, 19, -1)]
    assert len(left[2]) == 1


def test_a_merged_persons_tokens_are_her_heads(conn: Connection) -> None:
    tokens.register(conn, VAULT, [seen(1, PHONE), seen(2, TABLET, 1), seen(77, "z" * 40)])
    conn.execute("update profile set merged_into = 1 where person = 2")
    assert addresses(conn, 1) == {1: ["apns:" + TABLET.lower(), "fcm:" + PHONE]}


def test_tokens_go_with_the_person(conn: Connection) -> None:
    tokens.register(conn, VAULT, [seen(1, PHONE), seen(2, TABLET)])
    erase.erase(conn, [1], [])
    rows = conn.execute("select hash from push_token").fetchall()
    assert rows == [(uuid.UUID(bytes=hash_of(TABLET)),)]
