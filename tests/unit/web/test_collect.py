"""Tests of the collector: 200 only when durable, and every answer one an SDK understands."""

import asyncio
import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from kervan.collect import normalise
from kervan.collect.decode import BODY_LIMIT_BYTES
from tests.unit.web.collecting import Client, source

MOBILE = Path(__file__).parents[2] / "fixtures" / "mobile"
EVENT = {"type": "track", "event": "Cart Viewed", "userId": "u1", "messageId": "m1"}


@pytest.fixture
def client() -> Client:
    return Client(in_flight_bytes=20_000_000)


@pytest.mark.parametrize("slash", ["", "/"])
@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/v1/batch", {"batch": [EVENT]}, "track"),
        ("/v1/b", {"batch": [EVENT]}, "track"),
        ("/beacon/v1/batch", {"batch": [EVENT]}, "track"),
        ("/v1/t", EVENT, "track"),
        ("/v1/track", {"event": "x", "userId": "u1"}, "track"),
        ("/v1/i", {"userId": "u1"}, "identify"),
        ("/v1/identify", {"userId": "u1"}, "identify"),
        ("/v1/p", {"userId": "u1"}, "page"),
        ("/v1/page", {"userId": "u1"}, "page"),
        ("/v1/s", {"userId": "u1"}, "screen"),
        ("/v1/screen", {"userId": "u1"}, "screen"),
        ("/v1/g", {"userId": "u1", "groupId": "g"}, "group"),
        ("/v1/group", {"userId": "u1", "groupId": "g"}, "group"),
        ("/v1/a", {"userId": "u1", "previousId": "a"}, "alias"),
        ("/v1/alias", {"userId": "u1", "previousId": "a"}, "alias"),
        ("/batch", {"batch": [{"event": "x", "distinct_id": "u1"}]}, "track"),
        ("/capture", {"event": "$pageview", "distinct_id": "u1"}, "page"),
        ("/e", [{"event": "x", "properties": {"distinct_id": "u1"}}], "track"),
        ("/i/v0/e", {"event": "x", "properties": {"distinct_id": "u1"}}, "track"),
        ("/track", {"event": "x", "distinct_id": "u1"}, "track"),
        ("/engage", {"event": "$identify", "distinct_id": "u1"}, "identify"),
    ],
)
def test_every_path(client: Client, path: str, slash: str, body: Any, kind: str) -> None:
    answer = client.send(path + slash, body, key="good")
    assert answer.status == 200
    assert [event.kind for event in client.disk.events(source(1))] == [kind]


def test_200_comes_only_after_the_durable_write(client: Client) -> None:
    async def story() -> tuple[bool, int]:
        client.disk.gate = asyncio.Event()
        call = asyncio.create_task(
            client.call("POST", "/v1/batch", [b'{"writeKey":"good","batch":[{}]}'], {})
        )
        await asyncio.wait([call], timeout=0.05)
        early = call.done()
        client.disk.gate.set()
        return early, (await call).status

    assert asyncio.run(story()) == (False, 200)


@pytest.mark.parametrize(
    ("path", "body", "headers"),
    [
        ("/v1/batch", {"batch": [EVENT], "writeKey": "good"}, {}),
        ("/v1/batch?writeKey=good", {"batch": [EVENT]}, {}),
        ("/v1/batch", {"batch": [EVENT], "writeKey": "good:***"}, {"x_write_key": "good:secret"}),
        ("/batch", {"batch": [EVENT], "api_key": "good"}, {}),
        ("/batch", {"batch": [EVENT]}, {"authorization": "Bearer good"}),
        ("/e", {"event": "x", "properties": {"token": "good", "distinct_id": "u"}}, {}),
    ],
)
def test_every_place_of_a_key(
    client: Client, path: str, body: Any, headers: dict[str, str]
) -> None:
    assert client.send(path, body, **headers).status == 200
    assert len(client.disk.kept) == 1


def test_keys_that_do_not_open(client: Client) -> None:
    body = {"batch": [EVENT]}
    assert client.send("/v1/batch", body).code == "collect.key_missing"
    assert client.send("/v1/batch", body).status == 401
    assert client.send("/v1/batch", body, key="wrong").status == 401
    assert client.send("/v1/batch", {**body, "writeKey": "wrong"}).code == "collect.key_unknown"
    assert client.send("/v1/batch", body, key="off").status == 403
    assert client.send("/v1/batch", body, key="off").code == "collect.source_disabled"
    site = {**body, "writeKey": "site"}
    assert client.send("/v1/batch", site, origin="https://shop.example").status == 200
    assert client.send("/v1/batch", site, origin="https://evil.example").code == (
        "collect.origin_refused"
    )
    assert client.send("/v1/batch", site).status == 200  # no browser, no origin
    assert len(client.disk.kept) == 2


def test_while_the_keys_are_not_loaded_nobody_is_called_wrong(client: Client) -> None:
    client.keys.loaded = False
    for answer in (
        client.send("/v1/batch", {"batch": []}, key="wrong"),
        client.send("/v1/batch", {"batch": [], "writeKey": "good"}),
        client.send("/v1/projects/good/settings", method="GET"),
    ):
        assert (answer.status, answer.code) == (503, "collect.loading")
        assert int(answer.headers["retry-after"]) > 0


def test_a_full_intake_sends_the_sender_away_for_a_while(client: Client) -> None:
    client.disk.full = True
    answer = client.send("/v1/batch", {"batch": [EVENT]}, key="good", origin="https://a.example")
    assert (answer.status, answer.code) == (503, "collect.overloaded")
    assert answer.headers["retry-after"] == "3"
    assert answer.headers["access-control-expose-headers"] == "Retry-After"


def test_memory_is_bounded() -> None:
    client = Client(in_flight_bytes=1_000)
    answer = client.send("/v1/batch", {"batch": [{**EVENT, "x": "y" * 900}]}, key="good")
    assert (answer.status, answer.code) == (503, "collect.overloaded")
    assert answer.headers["retry-after"]
    assert client.app.flight.bytes == 0
    assert client.send("/v1/batch", {"batch": [EVENT]}, key="good").status == 200
    assert client.app.flight.bytes == 0


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_beyond_the_limit_is_cut_off(client: Client, declared: bool) -> None:
    chunks = [b"x" * 65_536] * (2 * BODY_LIMIT_BYTES // 65_536)
    headers = {"content-length": str(2 * BODY_LIMIT_BYTES)} if declared else {}
    answer = asyncio.run(client.call("POST", "/v1/batch?writeKey=good", chunks, headers))
    assert (answer.status, answer.code) == (413, "collect.too_large")
    assert client.app.flight.bytes == 0
    assert client.disk.kept == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "collect.not_json"),
        (b"nope", 400, "collect.not_json"),
        (b"a=1&b=2", 400, "collect.not_json"),
        (b'{"batch":', 400, "collect.not_json"),
        (b"5", 400, "collect.not_events"),
        (b'{"batch":{}}', 400, "collect.not_events"),
        (b"\x1f\x8bnope", 400, "collect.broken_gzip"),
        (gzip.compress(b"0" * 4_000_000), 413, "collect.bomb"),
        (gzip.compress(b" " * 50_000_000), 413, "collect.too_large"),
    ],
)
def test_bodies_that_cannot_be_taken(client: Client, body: bytes, status: int, code: str) -> None:
    answer = client.send("/v1/batch", body, key="good", content_encoding="gzip")
    assert (answer.status, answer.code) == (status, code)
    assert client.disk.kept == []


def test_errors_speak_the_readers_language(client: Client) -> None:
    answers = {
        language: client.send("/v1/batch", b"nope", key="good", accept_language=language)
        for language in ("tr-TR,tr;q=0.9", "az", "en", "fr")
    }
    words = {language: answer.json["error"]["message"] for language, answer in answers.items()}
    assert "Gövde" in words["tr-TR,tr;q=0.9"]
    assert "Gövdə" in words["az"]
    assert words["fr"] == words["en"] != words["az"]


def test_a_bad_event_in_a_good_batch_is_still_200(client: Client) -> None:
    body = b'{"batch":[' + json.dumps(EVENT).encode() + b',5,{"x":NaN,"y":"\\ud83d"}]}'
    assert client.send("/v1/batch", body, key="good").status == 200
    good, bad = normalise.events(client.disk.kept[0][1], source(1), 1_795_255_200_000, "")
    assert (len(good), len(bad)) == (1, 2)


def test_one_fat_event_does_not_cost_its_batch(client: Client) -> None:
    fat = {**EVENT, "messageId": "fat", "properties": {"x": "y" * 2_000_000}}
    assert client.send("/v1/batch", {"batch": [EVENT, fat]}, key="good").status == 200
    assert [event.message_id for event in client.disk.events(source(1))] == ["m1"]


def test_an_empty_batch_is_fine_and_costs_nothing(client: Client) -> None:
    assert client.send("/v1/batch", {"batch": []}, key="good").status == 200
    assert client.disk.kept == []


def test_preflights_echo_what_is_asked(client: Client) -> None:
    asked = "anonymousid,authorization,content-type,sentat,rsa-retry-attempt"
    for path in ("/v1/batch", "/v1/t", "/sourceConfig/", "/e/", "/v1/projects/x/settings"):
        answer = client.send(
            path,
            method="OPTIONS",
            origin="https://shop.example",
            access_control_request_method="POST",
            access_control_request_headers=asked,
        )
        assert answer.status == 204
        assert answer.headers["access-control-allow-origin"] == "https://shop.example"
        assert answer.headers["access-control-allow-headers"] == asked
        assert answer.headers["access-control-allow-credentials"] == "true"
        assert int(answer.headers["access-control-max-age"]) >= 600
        assert answer.headers["vary"] == "Origin"


@pytest.mark.parametrize("key", ["good", "wrong", "off"])
def test_cors_headers_are_on_every_answer(client: Client, key: str) -> None:
    origin = "https://shop.example"
    for answer in (
        client.send("/v1/batch", b"nope", key=key, origin=origin),
        client.send("/v1/batch", {"batch": [EVENT]}, key=key, origin=origin),
        client.send(f"/v1/projects/{key}/settings", method="GET", origin=origin),
    ):
        assert answer.headers["access-control-allow-origin"] == origin
        assert answer.headers["access-control-expose-headers"] == "Retry-After"


def test_settings_documents(client: Client) -> None:
    found = client.send("/v1/projects/good/settings", method="GET", host="events.example:8443")
    assert found.json["integrations"]["Segment.io"]["apiHost"] == "events.example:8443/v1"
    assert found.json["integrations"]["Segment.io"]["protocol"] == "http"
    behind = Client(public_url="https://events.example")
    found = behind.send("/v1/projects/good/settings/", method="GET", host="10.0.0.1:80")
    assert found.json["integrations"]["Segment.io"]["apiHost"] == "events.example/v1"
    assert client.send("/sourceConfig/?p=web&writeKey=good", method="GET").json["source"]["enabled"]
    assert client.send("/sourceConfig", method="GET", key="good").json["source"]["id"]
    assert client.send("/array/good/config", method="GET").json["supportedCompression"]
    script = client.send("/array/good/config.js", method="GET")
    assert script.body.startswith(b"window._POSTHOG_REMOTE_CONFIG")
    assert client.send("/flags/?v=2", {}, key="good").json["flags"] == {}
    assert client.send("/v1/projects/wrong/settings", method="GET").status == 401
    assert client.send("/array/wrong/config", method="GET").status == 401


def test_a_key_cannot_break_out_of_the_script(client: Client) -> None:
    client.keys._sources['</script>"]'] = source(9)
    script = client.send("/array/%3C%2Fscript%3E%22]/config.js", method="GET")
    assert b"</script" not in script.body


def test_posthogs_newer_wire_gets_a_verdict_for_each_event(client: Client) -> None:
    body = {"batch": [{"event": "x", "uuid": "a", "distinct_id": "u"}, {"uuid": "b"}, 5]}
    answer = client.send("/i/v1/analytics/events", body, authorization="Bearer good")
    assert answer.json == {"results": {"a": {"result": "ok"}, "b": {"result": "ok"}}}


def test_metrics_and_recordings_are_dropped(client: Client) -> None:
    assert client.send("/v1/m", {"series": []}).status == 200
    assert client.send("/s/", b"\x1f\x8b...").status == 200
    assert client.disk.kept == []


def test_a_pixel(client: Client) -> None:
    query = "writeKey=good&userId=u1&event=Cart+Viewed&properties.cart_id=C%201"
    answer = client.send(f"/pixel/v1/track?{query}", method="GET")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/gif")
    event = client.disk.events(source(1))[0]
    assert (event.name, json.loads(event.properties)) == ("Cart Viewed", {"cart_id": "C 1"})
    assert client.send("/pixel/v1/track?writeKey=wrong", method="GET").status == 401


def test_the_rate_of_a_source(client: Client) -> None:
    batch = {"batch": [EVENT] * 20}
    assert client.send("/v1/batch", batch, key="slow").status == 200
    answer = client.send("/v1/batch", batch, key="slow")
    assert (answer.status, answer.code) == (429, "collect.rate_limited")
    assert int(answer.headers["retry-after"]) >= 1
    # posthog-js drops what got a 429 for good, so it is told something it comes back from.
    assert client.send("/batch", batch, key="slow").status == 503
    assert client.send("/v1/batch", batch, key="good").status == 200


def test_history_needs_an_import_key(client: Client) -> None:
    answer = client.send("/v1/import", {"batch": [EVENT]}, key="good")
    assert (answer.status, answer.code) == (403, "collect.import_key_needed")
    assert client.send("/v1/import", {"batch": [EVENT]}, key="history").status == 200


def test_other_paths_and_methods(client: Client) -> None:
    assert client.send("/v1/batch", method="GET", key="good").status == 405
    assert client.send("/nothing", key="good").status == 404
    assert client.send("/e", method="GET").status == 404
    reached: list[str] = []

    async def other(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope["path"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    behind = Client(next_app=other)
    for path in ("/", "/console", "/v1/nothing", "/array/x", "/v1/projects/x", "/track"):
        assert behind.send(path, method="GET").status == 200
    assert reached == ["/", "/console", "/v1/nothing", "/array/x", "/v1/projects/x", "/track"]


@pytest.mark.parametrize("name", ["swift", "kotlin", "react-native", "rudder-android"])
def test_mobile(client: Client, name: str) -> None:
    shape = json.loads((MOBILE / "requests.json").read_text())[name]
    body = (MOBILE / f"{name}.json").read_bytes().replace(b"WRITE_KEY", b"good")
    raw = gzip.compress(body) if shape["gzip"] else body
    headers = dict(shape["headers"])
    if shape["basic"]:
        headers["authorization"] = "Basic " + base64.b64encode(b"good:").decode()
    chunks = [raw[i : i + 100] for i in range(0, len(raw), 100)] if shape["chunked"] else [raw]
    if not shape["chunked"]:
        headers["content-length"] = str(len(raw))
    answer = asyncio.run(client.call("POST", shape["path"], chunks, headers))
    assert answer.status == 200
    events = client.disk.events(source(1))
    assert len(events) == len(json.loads(body)["batch"])
    assert all(event.user_id or event.anonymous_id for event in events)
    assert all(b"ayse" not in event.context + event.properties for event in events)


def test_a_client_that_goes_away_gets_no_answer_and_leaves_nothing(client: Client) -> None:
    async def story() -> list[Any]:
        sent: list[Any] = []
        messages = [
            {"type": "http.request", "body": b'{"batch":', "more_body": True},
            {"type": "http.disconnect"},
        ]

        async def receive() -> dict[str, Any]:
            return messages.pop(0)

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/batch",
            "headers": [],
            "query_string": b"",
            "client": None,
        }
        await client.app(scope, receive, send)
        return sent

    assert asyncio.run(story()) == []
    assert client.app.flight.bytes == 0
    assert client.disk.kept == []


def test_a_key_younger_than_the_last_reading_is_read_before_it_is_refused(client: Client) -> None:
    client.keys.new = {"young": source(9)}
    body = {"batch": [{"type": "track", "event": "A", "anonymousId": "a"}]}
    assert client.send("/v1/batch", body, key="young").status == 200
    assert [number for number, _ in client.disk.kept] == [9]


def test_a_key_is_not_called_wrong_while_nobody_can_look(client: Client) -> None:
    client.keys.away = True
    body = {"batch": [{"type": "track", "event": "A", "anonymousId": "a"}]}
    answer = client.send("/v1/batch", body, key="wrong")
    assert (answer.status, answer.code) == (503, "collect.loading")
    assert answer.headers["retry-after"] == "2"
    assert client.send("/v1/batch", body, key="good").status == 200
