"""Bad input: what a careless shop, a broken SDK and an attacker send to a running Kervan.

Nothing of it may cost an event that was good, stop a process, or show anybody a stack trace.
"""

import gzip
import json
import time
import zlib
from typing import Any
from urllib.parse import quote

import pytest
import zstandard

from kervan.collect import sources
from kervan.kernel import postgres
from tests.sdk.door import until
from tests.story.running import NAMES_LIMIT, Body, Kervan

pytestmark = pytest.mark.usefixtures("healthy")
_GOOD = {"type": "track", "event": "Visited"}
_MB = 1_000_000


# Keys and paths


def _places(key: str) -> list[tuple[str, dict[str, Any], dict[str, str]]]:
    """(path, body, headers) for every place in which SDKs put a key."""
    return [
        ("/v1/batch", {"writeKey": key, "batch": [_GOOD]}, {}),
        ("/beacon/v1/batch?writeKey=" + quote(key), {"batch": [_GOOD]}, {}),
        ("/v1/track", {"writeKey": key, **_GOOD}, {}),
        ("/v1/batch", {"batch": [_GOOD]}, {"x_write_key": key + ":secret"}),
        ("/batch/", {"api_key": key, "batch": []}, {}),
        ("/i/v0/e/", {"token": key, "event": "x"}, {}),
        ("/i/v1/analytics/events", {"batch": []}, {"authorization": "Bearer " + key}),
    ]


def test_wrong_missing_and_revoked_keys(kervan: Kervan) -> None:
    with postgres.connect(kervan.config.postgres_url) as conn:
        revoked = sources.create(conn, kervan.config.workspace, "Gone", "server")
        sources.revoke(conn, revoked)
    sources.settle()
    for key in ("wrong", "kv_" + "x" * 32, "ключ", "' or 1=1 --", "k" * 5000, revoked):
        for path, body, headers in _places(key):
            if not (path + str(headers)).isascii():
                continue  # no client can say it there
            answer = kervan.ask("POST", path, body, **headers)
            assert (answer.status, answer.code) == (401, "collect.key_unknown"), (path, key)
    for headers in (
        {},
        {"authorization": "Basic ===="},
        {"authorization": "Bearer"},
        {"authorization": "Basic"},
        {"x_write_key": ":"},
    ):
        answer = kervan.ask("POST", "/v1/batch", {"batch": [_GOOD]}, **headers)
        assert (answer.status, answer.code) == (401, "collect.key_missing"), headers
    for path in ("/v1/projects/wrong/settings", "/array/wrong/config", "/sourceConfig/"):
        assert kervan.ask("GET", path).status == 401


def test_unknown_paths_and_methods(kervan: Kervan) -> None:
    for path in (
        "/nothing",
        "/v1/nothing",
        "/v1/batch/x",
        "/%00",
        "/%2e%2e/etc/passwd",
        "//",
        "/" + "x" * 8000,
        "/?%ff",
        "/v1/people/1",
        "/static/../../../cli.py",
        "/static/%2e%2e%2fapp.py",
    ):
        for method in ("GET", "POST", "DELETE"):
            answer = kervan.ask(method, path, key="" if method == "GET" else kervan.keys["server"])
            assert answer.is_calm(), answer
            assert answer.status in (401, 404, 405), (method, path, answer)
    for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD"):
        assert kervan.ask(method, "/v1/batch", key=kervan.keys["server"]).status == 405


# Bodies


def _bomb(size_bytes: int) -> bytes:
    return gzip.compress(b'{"batch":["' + b"0" * size_bytes + b'"]}')


BODIES: dict[str, tuple[Body, dict[str, str], int, str]] = {
    "nothing": (b"", {}, 400, "collect.not_json"),
    "no JSON": (b"hello=world", {}, 400, "collect.not_json"),
    "half of it": (b'{"batch":[{"type":"tr', {}, 400, "collect.not_json"),
    "two of it": (b'{"batch":[]}{"batch":[]}', {}, 400, "collect.not_json"),
    "a number": (b"5", {}, 400, "collect.not_events"),
    "a batch of nothing": (b'{"batch":5}', {}, 400, "collect.not_events"),
    "a form with rubbish": (b"data=%%%", {}, 400, "collect.not_json"),
    "bytes": (bytes(range(256)), {}, 400, "collect.not_json"),
    "10 MB": (b'{"batch":["' + b"x" * 10 * _MB + b'"]}', {}, 413, "collect.too_large"),
    "10 MB packed": (
        gzip.compress(json.dumps({"batch": [str(i) * 90 for i in range(20_000)]}).encode()),
        {},
        413,
        "collect.too_large",
    ),
    "a gzip bomb": (_bomb(4 * _MB), {}, 413, "collect.bomb"),
    "a large gzip bomb": (_bomb(100 * _MB), {}, 413, "collect.too_large"),
    "a zlib bomb": (
        zlib.compress(b"0" * 4 * _MB),
        {"content_encoding": "deflate"},
        413,
        "collect.bomb",
    ),
    "a zstd bomb": (zstandard.compress(b"0" * 100 * _MB), {}, 413, "collect.too_large"),
    "a bomb in a bomb": (gzip.compress(_bomb(100 * _MB)), {}, 400, "collect.not_json"),
    "half of a gzip": (_bomb(1000)[:-9], {}, 400, "collect.broken_gzip"),
    "no gzip": (b"\x1f\x8bno gzip at all", {}, 400, "collect.broken_gzip"),
    "brotli": (
        b"\x0b\x02\x80hello\x03",
        {"content_encoding": "br"},
        400,
        "collect.unknown_encoding",
    ),
    "a million brackets": (b"[" * _MB, {}, 400, "collect.not_json"),
    "a million brackets closed": (b"[" * _MB + b"]" * _MB, {}, 200, ""),
}


@pytest.mark.parametrize("name", BODIES)
def test_bodies(kervan: Kervan, name: str) -> None:
    body, headers, status, code = BODIES[name]
    began = time.monotonic()
    answer = kervan.ask("POST", "/v1/batch", body, key=kervan.keys["server"], **headers)
    assert answer.is_calm(), answer
    assert answer.status == status and (not code or answer.code == code), answer
    assert time.monotonic() - began < 10


def test_ten_megabytes_that_do_not_say_how_many_they_are(kervan: Kervan) -> None:
    connection = kervan.connect()
    connection.request(
        "POST",
        "/v1/batch",
        iter([b"x" * 65_536] * 160),
        {"authorization": "Bearer x", "x-write-key": kervan.keys["server"]},
        encode_chunked=True,
    )
    answer = connection.getresponse()
    assert (answer.status, json.loads(answer.read())["error"]["code"]) == (413, "collect.too_large")


def test_a_body_that_never_comes_holds_up_nobody(kervan: Kervan) -> None:
    waiting = [kervan.connect() for _ in range(20)]
    for connection in waiting:
        connection.putrequest("POST", "/v1/batch")
        connection.putheader("x-write-key", kervan.keys["server"])
        connection.putheader("content-length", "1000")
        connection.endheaders(b'{"batch":')
    kervan.send({**_GOOD, "userId": "patient"})
    for connection in waiting:
        connection.close()
    assert kervan.names("patient", 1) == ["Visited"]


# Names


def test_six_thousand_names_are_limited_and_the_others_go_on(kervan: Kervan) -> None:
    batches = [
        [
            {**_GOOD, "event": f"Name {number}", "userId": "namer"}
            for number in range(first, first + 500)
        ]
        for first in range(0, 6_000, 500)
    ]
    for batch in batches:
        kervan.send(*batch)
    kervan.send(
        {**_GOOD, "userId": "after"},
        {
            "type": "track",
            "event": "Order Completed",
            "userId": "after",
            "properties": {"order_id": "after-1", "total": 5, "currency": "TRY"},
        },
    )
    assert kervan.names("after", 2) == ["Order Completed", "Visited"]
    kervan.processed()
    waiting = kervan.get("/v1/dead-letters?limit=1")["waiting"]["collect.too_many_event_names"]
    names = kervan.rows("select count(*) from event_name where name like 'Name %'")[0][0]
    assert waiting + names == 6_000 and names <= NAMES_LIMIT
    until(lambda: "too_many_event_names" in kervan.log, lambda: "nobody was warned")
    letter = kervan.letters(reason="collect.too_many_event_names")[0]
    assert str(NAMES_LIMIT) in letter["explanation"]
    kervan.rows("delete from event_name where name like 'Name %' returning name")
