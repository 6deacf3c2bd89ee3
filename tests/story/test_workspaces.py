"""A sandbox beside the shop: opened, lived in, closed and opened again in a running Kervan."""

from collections.abc import Iterator
from typing import Any

import pytest

from kervan.kernel import clock
from tests.sdk.door import until
from tests.story.running import PATIENCE_SECONDS, Answer, Kervan, track

_KEY, _HOST = "deneme", "deneme.localhost"


def _there(kervan: Kervan, method: str, path: str, body: Any = b"") -> Answer:
    return kervan.api(method, path, body, host=_HOST)


def _people(kervan: Kervan, customer_id: str) -> list[str]:
    answer = _there(kervan, "GET", f"/v1/people?customer_id={customer_id}")
    assert answer.status == 200, answer
    return list(answer.json["people"])


@pytest.fixture
def sandbox(kervan: Kervan) -> Iterator[None]:
    new = {"key": _KEY, "name": "Deneme", "country": "AZ", "timezone": "Asia/Baku"}
    opened = kervan.api("POST", "/v1/workspaces", new)
    assert opened.status == 201, opened
    assert opened.json["address"].startswith(f"http://{_HOST}:")
    yield
    assert kervan.api("POST", f"/v1/workspaces/{_KEY}/close").status == 204


def test_nothing_goes_from_one_to_another(kervan: Kervan, healthy: None, sandbox: None) -> None:
    me = _there(kervan, "GET", "/v1/me").json
    assert (me["workspace"], me["beside"], me["timezone"]) == (_KEY, "Deneme", "Asia/Baku")
    assert kervan.get("/v1/me")["beside"] == ""
    made = _there(kervan, "POST", "/v1/sources", {"name": "Till", "kind": "till"})
    assert made.status == 201, made
    key = made.json["write_key"]
    # By the shop's own address: it is the key that says whose events they are.
    assert kervan.post(key, track("Order Completed", "leyla-of-the-sandbox")).status == 200
    until(
        lambda: bool(_people(kervan, "leyla-of-the-sandbox")),
        lambda: f"nobody in the sandbox\n{kervan.log[-2000:]}",
        PATIENCE_SECONDS,
    )
    assert kervan.get("/v1/people?customer_id=leyla-of-the-sandbox")["people"] == []
    # A program's key of the shop is none in the sandbox.
    shop = kervan.api("POST", "/v1/keys", {"name": "shop", "scopes": ["people.read"], "days": 1})
    bearer = f"Bearer {shop.json['key']}"
    asked = "/v1/people?customer_id=x"
    assert kervan.ask("GET", asked, authorization=bearer).status == 200
    assert kervan.ask("GET", asked, authorization=bearer, host=_HOST).status == 401

    assert kervan.api("POST", f"/v1/workspaces/{_KEY}/close").status == 204
    workers = len(kervan.children("worker"))
    until(lambda: len(kervan.children("worker")) < workers, lambda: "its worker works on", 20)
    until(lambda: _there(kervan, "GET", "/v1/me").status == 410, lambda: "it is open", 20)
    until(
        lambda: kervan.post(key, track("Order Completed", "leyla-of-the-sandbox")).status == 403,
        lambda: "events are taken that nobody works on", 20,
    )  # fmt: skip
    again = kervan.api("POST", f"/v1/workspaces/{_KEY}/reopen")
    assert again.status == 200 and again.json["closed_at"] is None
    for _ in range(4):  # each web process hears of it by itself
        until(lambda: _there(kervan, "GET", "/v1/me").status == 200, lambda: "it is closed", 20)
    clock.sleep(1.1)
    assert _people(kervan, "leyla-of-the-sandbox"), "what it held is there"
