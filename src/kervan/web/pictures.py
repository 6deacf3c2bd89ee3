"""Serves the pictures of the media library to whoever reads a mail: small, the same for ever.

The address holds 144 random bits and is the proof; it is given only to who writes messages, and
stands in the mails themselves. What is behind it never changes, so it is kept by every cache.
"""

import re

from fastapi import APIRouter, Request
from fastapi.responses import Response

from kervan.content.media import picture, store
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.web.state import house

router = APIRouter(include_in_schema=False)
_YEAR_SECONDS = 31_536_000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{24}")
_FILE = re.compile(r"([1-9][0-9]{0,3})\.(png|jpg|gif)")
_HEADERS = {
    "Cache-Control": f"public, max-age={_YEAR_SECONDS}, immutable",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


def address_of(config: Config, token: str, width: int, kind: str) -> str:
    """Where a picture is, on the host of the links in mails."""
    return f"{config.address}/m/{token}/{width}.{kind}"


@router.api_route("/m/{token}/{file}", methods=["GET", "HEAD"])
def show(request: Request, token: str, file: str) -> Response:
    """One width of a picture. Raises web.not_found (404), web.busy (503)."""
    named = _FILE.fullmatch(file) if _TOKEN.fullmatch(token) else None
    if named is None:
        raise KervanError("web.not_found", status=404)
    if request.headers.get("if-none-match") == f'"{token}-{file}"':
        return Response(status_code=304, headers=_HEADERS)
    with house(request).connection() as conn:
        body = store.file(conn, token, int(named[1]), named[2])
    if body is None:
        raise KervanError("web.not_found", status=404)
    headers = {**_HEADERS, "ETag": f'"{token}-{file}"'}
    return Response(body, media_type=picture.KINDS[named[2]], headers=headers)
