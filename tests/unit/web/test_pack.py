"""Large answers are packed for whoever takes that; small, streamed and written ones are not."""

import asyncio
import gzip
import json
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Message

from kervan.web.pack import LEAST_BYTES, packed

MUCH: dict[str, Any] = {"names": ["İrem"] * LEAST_BYTES}


def _told(answer: Response, method: str = "GET", takes: str = "gzip") -> tuple[Headers, bytes]:
    """The headers and the body that come out for an answer that goes in."""
    heard: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        heard.append(message)

    scope = {
        "type": "http", "method": method, "path": "/",
        "headers": [(b"accept-encoding", takes.encode())],
        "asgi": {"version": "3.0", "spec_version": "2.4"},
    }  # fmt: skip
    asyncio.run(packed(answer)(scope, receive, send))
    start, *bodies = heard
    return Headers(raw=start["headers"]), b"".join(one.get("body", b"") for one in bodies)


def test_a_large_answer_is_packed_and_is_the_same() -> None:
    headers, body = _told(JSONResponse(MUCH, headers={"etag": '"7"'}))
    plain, whole = _told(JSONResponse(MUCH), takes="identity")
    assert json.loads(gzip.decompress(body)) == json.loads(whole) == MUCH
    assert len(body) * 10 < len(whole)
    assert int(headers["content-length"]) == len(body)
    assert headers["content-encoding"] == "gzip" and headers["etag"] == '"7"'
    assert headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in plain and int(plain["content-length"]) == len(whole)


@pytest.mark.parametrize(
    "answer",
    [
        JSONResponse({"name": "Əli"}),
        StreamingResponse(iter([b"[1,", b"2]"]), media_type="application/json"),
        Response("a" * 2 * LEAST_BYTES, media_type="text/csv"),
    ],
    ids=["little", "streamed", "another kind"],
)
def test_all_else_goes_as_it_is(answer: Response) -> None:
    headers, body = _told(answer)
    assert body and "content-encoding" not in headers


def test_what_answers_a_deed_goes_as_it_is() -> None:
    headers, body = _told(JSONResponse(MUCH), method="POST")
    assert json.loads(body) == MUCH and "content-encoding" not in headers
