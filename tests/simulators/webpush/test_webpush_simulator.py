"""The simulated push service holds to its rules, and an independent client gets through to it."""

import base64
import json
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pywebpush import WebPushException, webpush

from tests.simulators.webpush.browser import Browser
from tests.simulators.webpush.server import PushService

CLAIMS = {"sub": "mailto:push@kervan.example"}


def send(endpoint: str, browser: Browser, data: str = "merhaba", **more: Any) -> int:
    """The status of one message by pywebpush, whose code is none of ours."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    key = base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode()
    wanted = {"ttl": 60, "vapid_private_key": key, "vapid_claims": dict(CLAIMS)} | more
    try:
        done = webpush(json.loads(browser.subscription(endpoint)), data, **wanted)
    except WebPushException as error:
        return error.status_code
    return done.status_code


def raw(text: str) -> bytes:
    """base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_browser_reads_the_standards_own_example() -> None:
    number = int.from_bytes(raw("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"), "big")
    key = ec.derive_private_key(number, ec.SECP256R1())
    browser = Browser(key, raw("BTBZMqHH6r4Tts7J_aSIgg"))
    body = raw(  # RFC 8291 §5
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
        "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert browser.decrypt(body) == b"When I grow up, I want to be a watermelon"


def test_an_independent_client_gets_through() -> None:
    browser = Browser()
    with PushService() as service:
        assert send(service.subscribe(), browser, "şəkər ve ığdır") == 201
    assert browser.decrypt(service.messages[0].body).decode() == "şəkər ve ığdır"


def test_an_independent_client_is_refused() -> None:
    browser = Browser()
    late = dict(CLAIMS, exp=int(time.time()) + 90_000)
    with PushService() as service:
        place = service.subscribe()
        assert send(service.origin + "/push/nowhere", browser) == 404
        assert send(place, browser, vapid_private_key=None, vapid_claims=None) == 401
        assert send(place, browser, vapid_claims=late) == 403
        assert send(place, browser, vapid_claims={"sub": "mailto:me@localhost"}) == 403
        assert send(place, browser, vapid_claims=dict(CLAIMS, aud="http://else")) == 403
        assert send(service.subscribe(b"\4" + bytes(64)), browser) == 403
        assert send(place, browser, "x" * 4000) == 413
        assert send(place, browser, ttl=9_999_999) == 400
        assert send(place, browser, headers={"Topic": "a b"}) == 400
        assert send(place, browser, headers={"Urgency": "now"}) == 400
        assert send(place, browser, content_encoding="aesgcm") == 400
        service.end(place)
        assert send(place, browser) == 410
        service.fail(429, {"Retry-After": "7"})
        assert send(place, browser) == 429
    assert service.messages == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_topic_replaces_what_waits(count: int) -> None:
    browser = Browser()
    with PushService() as service:
        place = service.subscribe()
        for _ in range(count):
            assert send(place, browser, headers={"Topic": "sepet"}) == 201
        assert send(place, browser) == 201
    assert len(service.messages) == count + 1
    assert [len(queue) for queue in service.waiting.values()] == [2]
