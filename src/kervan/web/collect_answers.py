"""What the collector answers: bodies, statuses and the headers browsers insist on."""

import base64
from dataclasses import dataclass, field
from typing import Any

import msgspec

from kervan.kernel import i18n
from kervan.kernel.errors import KervanError

Headers = list[tuple[bytes, bytes]]
Send = Any

_GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
# Chromium keeps a preflight for two hours at most.
_MAX_AGE_SECONDS = b"7200"


@dataclass(slots=True)
class Answer:
    """One response; `retry_seconds` becomes Retry-After."""

    status: int = 200
    body: bytes = b'{"success":true}'
    content_type: bytes = b"application/json"
    retry_seconds: int = 0
    cache: bytes = b"no-store"
    headers: Headers = field(default_factory=list)


def document(value: Any, *, cache: bytes = b"no-store") -> Answer:
    """A JSON document."""
    return Answer(body=msgspec.json.encode(value), cache=cache)


def script(global_name: str, key: str, value: Any) -> Answer:
    """A script that puts a document into a table of the page, as posthog-js reads it."""
    table = f"window.{global_name}=window.{global_name}||{{}};window.{global_name}[".encode()
    # "</" inside a script element would end it; JSON may be written without the sign.
    text = msgspec.json.encode(value).replace(b"<", b"\\u003c")
    name = msgspec.json.encode(key).replace(b"<", b"\\u003c")
    return Answer(
        body=table + name + b"]={config:" + text + b",siteApps:[]};",
        content_type=b"text/javascript; charset=utf-8",
    )


def pixel() -> Answer:
    """A transparent GIF of one pixel."""
    return Answer(body=_GIF, content_type=b"image/gif")


def taken(dialect: str, uuids: list[str]) -> Answer:
    """The 200 that says the events are durable, in the SDK's own words."""
    if dialect == "posthog_v1":
        return document({"results": {uuid: {"result": "ok"} for uuid in uuids}})
    if dialect == "posthog":
        return Answer(body=b'{"status":1}')
    return Answer()


def refusal(error: KervanError, accept_language: str, retry_seconds: int = 0) -> Answer:
    """An error as `{"success": false, "error": {"code", "message"}}` in the reader's language."""
    message = error.say(i18n.pick(accept_language))
    facts = {"success": False, "error": {"code": error.code, "message": message}}
    return Answer(status=error.status, body=msgspec.json.encode(facts), retry_seconds=retry_seconds)


def preflight(request: dict[bytes, bytes]) -> Answer:
    """The answer to OPTIONS: the asked headers are echoed, as `*` leaves out Authorization."""
    headers: Headers = [
        (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
        (b"access-control-max-age", _MAX_AGE_SECONDS),
    ]
    asked = request.get(b"access-control-request-headers")
    if asked:
        headers.append((b"access-control-allow-headers", asked))
    return Answer(status=204, body=b"", headers=headers)


def _cors(request: dict[bytes, bytes]) -> Headers:
    origin = request.get(b"origin")
    if not origin:
        return [(b"vary", b"Origin")]
    return [
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        (b"access-control-expose-headers", b"Retry-After"),
        (b"vary", b"Origin"),
    ]


async def send(answer: Answer, request: dict[bytes, bytes], send: Send) -> None:
    """Write `answer` to an ASGI `send`; CORS headers go on every answer, also on errors."""
    headers = [
        *_cors(request),
        (b"content-length", str(len(answer.body)).encode()),
        (b"cache-control", answer.cache),
        *answer.headers,
    ]
    if answer.body:
        headers.append((b"content-type", answer.content_type))
        headers.append((b"x-content-type-options", b"nosniff"))
    if answer.retry_seconds:
        headers.append((b"retry-after", str(answer.retry_seconds).encode()))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
