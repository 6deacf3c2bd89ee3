"""Serves the pictures of the media library to whoever reads a mail: small, the same for ever.

The address holds 144 random bits and is the proof; it is given only to who writes messages, and
stands in the mails themselves. What is behind it never changes, so every cache keeps it, and for a
minute the process that showed it: after a broadcast, one is asked for a thousand times a second.
What is deleted meanwhile, by whichever process, is gone within a second: so often each of them
asks, once for all its readers, how many were deleted.
"""

import re
import threading
from collections import OrderedDict
from contextlib import suppress

from fastapi import APIRouter, Request
from fastapi.responses import Response

from kervan.content.media import picture, store
from kervan.kernel import clock
from kervan.kernel.config import Config
from kervan.kernel.errors import KervanError
from kervan.web.state import House, house

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
_ASKED_MS = 1_000
_Place = tuple[str, str, str]
"""A workspace, a picture's token, and the name of its file."""


class Shelf:
    """What was shown last, up to `most_bytes`, each for `kept_ms`; threads may share it.

    `of` is a workspace. All of its pictures are forgotten when its edition is another.
    """

    def __init__(self, most_bytes: int = _SHELF_BYTES, kept_ms: int = _SHELF_MS) -> None:
        self.most_bytes = most_bytes
        self.kept_ms = kept_ms
        self.bytes = 0
        self._kept: OrderedDict[_Place, tuple[bytes, int]] = OrderedDict()
        self._editions: dict[str, tuple[int, int]] = {}
        self._lock = threading.Lock()

    def asks(self, of: str, at_ms: int) -> bool:
        """Whether it is time to ask for the edition; once a second one reader alone is told so."""
        with self._lock:
            edition, asked_ms = self._editions.get(of, (-1, -_ASKED_MS))
            if 0 <= at_ms - asked_ms < _ASKED_MS:
                return False
            self._editions[of] = edition, at_ms
            return True

    def told(self, of: str, edition: int) -> None:
        """The edition as it is now; what was kept of another one is forgotten."""
        with self._lock:
            before, asked_ms = self._editions.get(of, (-1, -_ASKED_MS))
            self._editions[of] = edition, asked_ms
            if edition != before:
                for key in [one for one in self._kept if one[0] == of]:
                    self._take(key)

    def edition(self, of: str) -> int:
        """The one that was told last."""
        with self._lock:
            return self._editions.get(of, (-1, 0))[0]

    def get(self, of: str, token: str, file: str, at_ms: int) -> bytes | None:
        """The bytes, unless they are not there or have been for too long."""
        with self._lock:
            body, since_ms = self._kept.get((of, token, file), (None, 0))
            return body if at_ms - since_ms < self.kept_ms else None

    def put(self, of: str, token: str, file: str, body: bytes, at_ms: int, edition: int) -> None:
        """Keep it as the newest, if it was read in the edition that still is; the oldest go."""
        with self._lock:
            if self._editions.get(of, (-1, 0))[0] != edition:
                return
            self._take((of, token, file))
            self._kept[of, token, file] = body, at_ms
            self.bytes += len(body)
            while self.bytes > self.most_bytes:
                self._take(next(iter(self._kept)))

    def _take(self, key: _Place) -> None:
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
    body = _body(house(request), token, named)
    headers = {**_HEADERS, "ETag": f'"{token}-{file}"'}
    return Response(body, media_type=picture.KINDS[named[2]], headers=headers)


def forget(mine: House) -> None:
    """Let this process know at once that a picture was deleted; all others ask within a second."""
    with mine.connection() as conn:
        SHELF.told(_of(mine), store.gone(conn))


def _of(mine: House) -> str:
    return f"{mine.config.postgres_url} {mine.config.workspace}"


def _body(mine: House, token: str, named: re.Match[str]) -> bytes:
    of, at_ms = _of(mine), clock.now_ms()
    if SHELF.asks(of, at_ms):
        with suppress(KervanError):  # a database that is away for a moment: what is at hand is good
            forget(mine)
    body = SHELF.get(of, token, named[0], at_ms)
    if body is None:
        edition = SHELF.edition(of)
        with mine.connection() as conn:
            body = store.file(conn, token, int(named[1]), named[2])
        if body is None:
            raise KervanError("web.not_found", status=404)
        SHELF.put(of, token, named[0], body, at_ms, edition)
    return body
