"""Sources and their keys as an operator and a shop live with them: by the API and the wire."""

import threading

import pytest

from tests.sdk.door import until
from tests.story.running import Answer, Kervan, track

pytestmark = pytest.mark.usefixtures("healthy")


def _until_answer(kervan: Kervan, key: str, status: int) -> Answer:
    """The answer once both collectors give it: each reads the sources once a second."""
    last: list[Answer] = []

    def same() -> bool:
        last[:] = [kervan.post(key) for _ in range(8)]
        return {one.status for one in last} == {status}

    until(same, lambda: f"{[one.status for one in last]} instead of {status}", 10)
    return last[0]


def test_a_key_is_rotated_without_loss(kervan: Kervan) -> None:
    number, old = kervan.source("Rotated")
    current, sent, refused, over = [old], [0], [0], threading.Event()

    def send() -> None:
        connection = kervan.connect()
        while not over.is_set():
            event = track("Ticked", "rotated", messageId=f"tick-{sent[0]}")
            answer = kervan.ask("POST", "/v1/track", event, key=current[0], connection=connection)
            sent[0] += answer.status == 200
            refused[0] += answer.status != 200
        connection.close()

    thread = threading.Thread(target=send)
    thread.start()
    current[0] = kervan.api("POST", f"/v1/sources/{number}/keys").json["write_key"]
    hints = next(one["keys"] for one in kervan.get("/v1/sources") if one["id"] == number)
    assert sorted(hints) == sorted([old[-4:], current[0][-4:]])
    at = sent[0]
    until(lambda: sent[0] > at + 20, lambda: "nothing is sent")
    assert kervan.api("DELETE", f"/v1/sources/{number}/keys/{old[-4:]}").status == 204
    assert _until_answer(kervan, old, 401).code == "collect.key_unknown"
    over.set()
    thread.join()
    assert refused == [0] and sent[0] > 20
    kervan.processed()
    counted = (
        kervan.history()
        .query(f"select count() from events where source = {number}")
        .result_rows[0][0]
    )
    assert counted == sent[0]
    assert kervan.api("DELETE", f"/v1/sources/{number}/keys/zzzz").status == 404


def test_a_source_is_switched_off_and_on(kervan: Kervan) -> None:
    number, key = kervan.source("Switched")
    assert kervan.api("PATCH", f"/v1/sources/{number}", {"enabled": False}).status == 204
    answer = _until_answer(kervan, key, 403)
    assert answer.code == "collect.source_disabled" and "Switched" in answer.body.decode()
    assert kervan.api("PATCH", f"/v1/sources/{number}", {"enabled": True}).status == 204
    _until_answer(kervan, key, 200)


def test_only_its_origins_may_use_a_browsers_key(kervan: Kervan) -> None:
    _, key = kervan.source("Shop window", "browser", allowed_origins=["https://shop.example"])
    good = kervan.post(key, origin="https://shop.example")
    assert (good.status, good.headers["access-control-allow-origin"]) == (
        200,
        "https://shop.example",
    )
    for origin in (
        "https://evil.example",
        "https://shop.example.evil.example",
        "null",
        "http://shop.example",
    ):
        bad = kervan.post(key, origin=origin)
        assert (bad.status, bad.code) == (403, "collect.origin_refused")
        assert bad.headers["access-control-allow-origin"] == origin  # so that the page can read it
    asked = kervan.ask(
        "OPTIONS",
        "/v1/batch",
        origin="https://shop.example",
        access_control_request_headers="authorization,x-retry-count",
    )
    assert (asked.status, asked.headers["access-control-allow-headers"]) == (
        204,
        "authorization,x-retry-count",
    )


def test_a_source_that_sends_too_much_is_slowed_down_alone(kervan: Kervan) -> None:
    _, key = kervan.source("Hasty", rate_limit_per_second=20)
    flood = [track("Rushed", "hasty")] * 50
    answers = [kervan.post(key, *flood) for _ in range(12)]
    assert {one.status for one in answers} == {200, 429}
    slow = next(one for one in answers if one.status == 429)
    assert slow.code == "collect.rate_limited" and int(slow.headers["retry-after"]) >= 1
    # posthog-js drops for good what got a 4xx.
    posthog = [
        kervan.post(key, {"event": "x", "distinct_id": "y"}, path="/batch/") for _ in range(8)
    ]
    assert {one.status for one in posthog} <= {200, 503} and 503 in {one.status for one in posthog}
    assert all(one.headers["retry-after"] for one in posthog if one.status == 503)
    assert kervan.post(kervan.keys["server"], track("Calm", "calm")).status == 200
    until(lambda: kervan.post(key).status == 200, lambda: "slowed down for ever")


def test_sources_by_the_api(kervan: Kervan) -> None:
    number, key = kervan.source("Kasa 7", "till", rate_limit_per_second=9)
    one = next(one for one in kervan.get("/v1/sources") if one["id"] == number)
    assert one == {
        "id": number,
        "name": "Kasa 7",
        "kind": "till",
        "trusted": True,
        "allowed_origins": [],
        "rate_limit_per_second": 9,
        "enabled": True,
        "keys": [key[-4:]],
    }
    again = kervan.api("POST", "/v1/sources", {"name": "Kasa 7", "kind": "till"})
    assert (again.status, again.code) == (409, "collect.source_exists")
    strange = kervan.api("POST", "/v1/sources", {"name": "X", "kind": "kervan"})
    assert (strange.status, strange.code) == (400, "collect.source_kind")
    assert kervan.api("POST", "/v1/sources/99999/keys").status == 404
