"""Calls over a signed webhook: asked for once, told of by signed events only."""

import json
from typing import Any

import pytest
from standardwebhooks import Webhook

from kervan.delivery.channels.call.call_webhook import Settings, dial, read
from kervan.delivery.channels.channel import CallNews, Dial, Fate, Outcome, Problem, Request
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from tests.simulators.webhook.receiver import Receiver
from tests.unit.delivery.channels.asking import AT, MESSAGE, PHONE, asked, request

SECRET = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0"


def rung(url: str, secret: str = SECRET) -> Outcome:
    said: Outcome = asked(
        lambda client: dial(Settings(url=url, secret=secret), client, Dial(MESSAGE, PHONE, "1001"))
    )
    return said


def signed(body: dict[str, Any], secret: str = SECRET, name: str = "e1") -> Request:
    raw, at = json.dumps(body), clock.now()
    headers = {
        "webhook-id": name, "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(name, at, raw),
    }  # fmt: skip
    return request(raw, headers=headers)


def test_a_call_is_asked_for_signed_and_once() -> None:
    with Receiver([SECRET], clock.now) as switch:
        for _ in range(2):
            said = rung(f"{switch.url}/calls")
            assert said == Outcome(Fate.ACCEPTED, reference=str(MESSAGE))
        wanted = {"call": str(MESSAGE), "extension": "1001", "to": PHONE}
        assert switch.taken == {str(MESSAGE): {"type": "call.requested", "data": wanted}}
        assert rung(f"{switch.url}/calls", "whsec_short").problem is Problem.ACCOUNT


def test_only_signed_news_count() -> None:
    mine = Settings(url="https://switch.example", secret=SECRET)
    body = {"type": "call.ended", "timestamp": AT.isoformat(), "data": {"call": "c", "seconds": 9}}
    assert read(mine, signed(body)).news == [CallNews("ended", "c", AT, 9)]
    assert read(mine, signed({**body, "type": "call.moved"})).news == []
    other = "whsec_" + "b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3Ro"
    good = signed(body)
    forged = [
        signed(body, other),
        request(good.body + b" ", headers=good.headers),
        request(good.body),
        request(good.body, headers={**good.headers, "webhook-timestamp": "1700000000"}),
    ]
    for one in forged:
        with pytest.raises(KervanError) as told:
            read(mine, one)
        assert told.value.code == "delivery.hook_forged"
    late = read(mine, signed({**body, "timestamp": "0001-01-01T00:00:00+14:00"})).news
    assert late == [CallNews("ended", "c", request("").at, 9)], "no row that nobody can read back"
    nothing = {"type": "call.ended", "data": {"call": "a\0b"}}
    for odd in ({"type": "call.ended"}, {"type": "call.ended", "data": {"call": 7}}, nothing):
        with pytest.raises(KervanError) as unread:
            read(mine, signed(odd))
        assert unread.value.code == "delivery.hook_unreadable"
