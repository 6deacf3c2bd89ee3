"""Serves the pictures of the media library to whoever reads a mail: small, the same for ever.

The address holds 144 random bits and is the proof; it is given only to who writes messages, and
stands in the mails themselves. What is behind it never changes, so every cache keeps it, and for a
minute the process that showed it: after a broadcast, one is asked for a thousand times a second.
"""

import re
import threading
from collections import OrderedDict

from fastapi import APIRouter, Request
from fastapi.responses import Response

from kervan.content.media import picture, store
from kervan.kernel import clock
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

_SHELF_BYTES = 48 * 1024 * 1024
_SHELF_MS = 60_000


class Shelf:
    """What was shown last, up to `most_bytes`, each for `kept_ms`; threads may share it."""

    def __init__(self, most_bytes: int = _SHELF_BYTES, kept_ms: int = _SHELF_MS) -> None:
        self.most_bytes = most_bytes
        self.kept_ms = kept_ms
        self.bytes = 0
        self._kept: OrderedDict[tuple[str, str], tuple[bytes, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, token: str, file: str, at_ms: int) -> bytes | None:
        """The bytes, unless they are not there or have been for too long."""
        with self._lock:
            body, since_ms = self._kept.get((token, file), (None, 0))
            return body if at_ms - since_ms < self.kept_ms else None

    def put(self, token: str, file: str, body: bytes, at_ms: int) -> None:
        """Keep it as the newest; the oldest make room."""
        with self._lock:
            self._take((token, file))
            self._kept[token, file] = body, at_ms
            self.bytes += len(body)
            while self.bytes > self.most_bytes:
                self._take(next(iter(self._kept)))

    def drop(self, token: str) -> None:
        """Forget every width of a picture."""
        with self._lock:
            for key in [one for one in self._kept if one[0] == token]:
                self._take(key)

    def _take(self, key: tuple[str, str]) -> None:
        body, _ = self._kept.pop(key, (b"", 0))
        self.bytes -= len(body)


SHELF = Shelf()


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
    body = SHELF.get(token, file, clock.now_ms())
    if body is None:
        with house(request).connection() as conn:
            body = store.file(conn, token, int(named[1]), named[2])
        if body is None:
            raise KervanError("web.not_found", status=404)
        SHELF.put(token, file, body, clock.now_ms())
    headers = {**_HEADERS, "ETag": f'"{token}-{file}"'}
    return Response(body, media_type=picture.KINDS[named[2]], headers=headers)
