"""Gives pages the snippet, and the signed rules it runs by."""

import base64
import threading
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response

from kervan.delivery import accounts, outbox
from kervan.delivery.channels.push import web_push
from kervan.delivery.outbox import Stop
from kervan.delivery.states import MARKETING
from kervan.kernel import clock, i18n
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.onsite import rules as ruling
from kervan.onsite import sign, snippet, store
from kervan.onsite.store import Version
from kervan.web.onsite import door
from kervan.web.state import House, house

router = APIRouter(include_in_schema=False)
CHANNEL = "onsite"
_SCRIPT_SECONDS = 300
_PINNED_SECONDS = 31_536_000
_RULES_SECONDS = 30


class _Kept(NamedTuple):
    """The rules as they are sent; `of` says what they were made of."""

    of: object
    body: bytes
    tag: str
    signature: str


class _Shelf:
    """This process's rules by workspace and language, made anew when anything has changed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str, str], _Kept] = {}

    def get(self, mine: House, conn: Connection, language: str) -> _Kept:
        """The rules in `language`; those that have ended meanwhile are left out by the minute."""
        at = clock.now()
        minute = at.replace(second=0, microsecond=0)
        of = (store.edition(conn), outbox.stops(conn), accounts.changed(conn), minute)
        place = (mine.config.postgres_url, mine.config.workspace, language)
        kept = self._kept.get(place)
        if kept is None or kept.of != of:
            body = ruling.document(shown(conn), language, at, _push_key(mine, conn))
            signature = base64.urlsafe_b64encode(sign.sign(mine.keys, body)).decode().rstrip("=")
            kept = _Kept(of, body, ruling.tag(body), signature)
            with self._lock:
                self._kept[place] = kept
        return kept


_shelf = _Shelf()


def _push_key(mine: House, conn: Connection) -> str:
    """The public half of the key that the first account of web push signs with, "" for none."""
    for one in accounts.every(conn, mine.keys):
        if one.enabled and isinstance(one.settings, web_push.Settings):
            return web_push.public_key(one.settings)
    return ""


def shown(conn: Connection) -> list[Version]:
    """Every live campaign but those that an emergency stop holds."""
    stops = [one for one in outbox.stops(conn) if one.dropped_until is None]
    return [one for one in store.every(conn) if not any(_holds(stop, one) for stop in stops)]


def _holds(stop: Stop, one: Version) -> bool:
    kind = MARKETING if one.campaign.purpose == "marketing" else "transactional"
    return stop.holds(CHANNEL, one.campaign.brand, kind)


@router.get("/onsite/v1/rules")
def rules(request: Request, key: str = "", lang: str = "") -> Response:
    """The rules for pages in `lang`, signed, with an ETag. Raises as `door.source_of`."""
    mine = house(request)
    source = door.source_of(request, key)
    language = lang if lang in i18n.LOCALES else mine.config.locale
    with mine.connection() as conn:
        kept = _shelf.get(mine, conn, language)
    headers = {
        **door.cors(source, request),
        "ETag": kept.tag,
        "Kervan-Signature": kept.signature,
        "Cache-Control": f"max-age={_RULES_SECONDS}",
    }
    if request.headers.get("if-none-match") == kept.tag:
        return Response(status_code=304, headers=headers)
    return Response(kept.body, media_type="application/json", headers=headers)


@router.get("/onsite/{name}")
def script(request: Request, name: str) -> Response:
    """The snippet: the latest as `kervan.js`, or for ever a version; and what shows pushes.

    Raises web.not_found (404).
    """
    latest = name in ("kervan.js", snippet.WORKER)
    pinned = snippet.versions().get(name)
    found = {"kervan.js": snippet.latest(), snippet.WORKER: snippet.worker()}.get(name, pinned)
    if found is None:
        raise KervanError("web.not_found", status=404)
    seconds = _SCRIPT_SECONDS if latest else _PINNED_SECONDS
    headers = {
        **door.cors(None, request),
        "ETag": f'"{found.integrity}"',
        "Cache-Control": f"public, max-age={seconds}" + ("" if latest else ", immutable"),
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(found.body, media_type="text/javascript; charset=utf-8", headers=headers)
