"""The simulated FCM refuses what Google's pages say is refused."""

import http.client
import json
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.simulators.fcm.server import PROJECT, Fcm


def send(fcm: Fcm, message: dict[str, Any], token: str = "good") -> tuple[int, Any]:
    """Status and body of one message, under an access token that was granted."""
    fcm.tokens["good"] = fcm.now() + 60
    body = json.dumps({"message": message})
    headers = {"Authorization": f"Bearer {token}"}
    with closing(http.client.HTTPConnection(urlsplit(fcm.url).netloc, timeout=5)) as connection:
        connection.request("POST", f"/v1/projects/{PROJECT}/messages:send", body, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"data": {"a": 1}}, "message.data.a"),
        ({"data": {"from": "x"}}, "message.data"),
        ({"data": {"a": "x" * 4100}}, "message"),
        ({"notification": {"titel": "x"}}, "message.notification"),
        ({"android": {"ttl": 60}}, "message.android.ttl"),
        ({"android": {"ttl": "60"}}, "message.android.ttl"),
        ({"android": {"ttl": "9999999s"}}, "message.android.ttl"),
        ({"android": {"priority": "urgent"}}, "message.android.priority"),
        ({"topic": "all"}, "message"),
        ({"apns": {"headers": {"apns-collapse-id": "x" * 65}}}, "message.apns.headers"),
    ],
)
def test_a_broken_message_is_refused_by_its_field(more: dict[str, Any], field: str) -> None:
    with Fcm() as fcm:
        fcm.registered.add("phone")
        status, told = send(fcm, {"token": "phone", **more})
        assert status == 400
        assert told["error"]["details"][0]["fieldViolations"][0]["field"] == field
        assert fcm.messages == []


def test_a_message_needs_a_token_of_ours_and_one_of_theirs() -> None:
    with Fcm() as fcm:
        fcm.registered.add("phone")
        assert send(fcm, {"token": "phone"}, "bad")[0] == 401
        status, told = send(fcm, {"token": "other"})
        assert (status, told["error"]["details"][0]["errorCode"]) == (400, "INVALID_ARGUMENT")
        assert send(fcm, {"token": "phone"})[0] == 200
