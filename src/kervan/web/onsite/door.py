"""Who may call from a page: a browser's write key from an origin its source allows, no cookies."""

from typing import Annotated, Any, TypeVar

import msgspec
from fastapi import Depends, Request
from fastapi.responses import Response

from kervan.collect.sources import Source
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import tries
from kervan.web.state import house

_MOST_BYTES = 64_000
_OF_ONE = tries.Limit("onsite", 300, 1)
"""Nobody looks at so many pages in a minute: each asks for a few queries of hers."""
_T = TypeVar("_T")
# Not the browsers' own lists: these are what the snippet reads.
_EXPOSED = "ETag, Kervan-Signature, Retry-After"


def source_of(request: Request, key: str) -> Source:
    """The source of a write key that stands in pages.

    Raises collect.loading (503), collect.key_unknown (401), collect.source_disabled (403),
    collect.origin_refused (403), onsite.key_not_for_pages (403).
    """
    known = house(request).sources
    if not known.loaded:
        raise KervanError("collect.loading", status=503, seconds=2)
    source = known.find(key)
    if source is None or source.workspace != house(request).config.workspace:
        raise KervanError("collect.key_unknown", status=401)
    if not source.enabled:
        raise KervanError("collect.source_disabled", status=403, source=source.name)
    if source.kind not in ("browser", "kiosk"):
        raise KervanError("onsite.key_not_for_pages", status=403, kind=source.kind)
    origin = request.headers.get("origin", "")
    if origin and source.allowed_origins and origin not in source.allowed_origins:
        raise KervanError("collect.origin_refused", status=403, origin=origin[:200])
    return source


def slow_down(conn: Connection, workspace: str, head: int) -> None:
    """Count one question of a proved person. Raises web.too_many_tries (429)."""
    tries.refuse(tries.take(conn, _OF_ONE, f"{workspace} {head}"))


def cors(source: Source | None, request: Request) -> dict[str, str]:
    """The headers that let the page read an answer; cookies are never asked for."""
    origin = request.headers.get("origin", "*")
    only = source is not None and source.allowed_origins
    return {
        "Access-Control-Allow-Origin": origin if only else "*",
        "Access-Control-Expose-Headers": _EXPOSED,
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Vary": "Origin",
    }


def answer(value: Any, headers: dict[str, str]) -> Response:
    """A JSON answer that no cache keeps."""
    named = {**headers, "Cache-Control": "no-store"}
    return Response(msgspec.json.encode(value), media_type="application/json", headers=named)


async def _raw(request: Request) -> bytes:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_BYTES:
            raise KervanError("onsite.body_unreadable", status=413)
    return body


Raw = Annotated[bytes, Depends(_raw)]
"""A request's body, whatever its content type says: a page's are text, so that none preflights."""


def read(raw: bytes, kind: type[_T]) -> _T:
    """The body as a `kind`. Raises onsite.body_unreadable (422)."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise KervanError("onsite.body_unreadable", status=422) from None
