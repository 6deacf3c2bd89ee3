"""The public pages behind the links of a mail: click, open pixel, unsubscribe.

Every address is signed and leads only to what was written down before the mail left. A GET never
changes what a person gets; the unsubscribe page has a button, and mail programs POST (RFC 8058).
"""

import asyncio
import base64
import hashlib
import html
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import Annotated

import psycopg
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from kervan.collect import intake
from kervan.collect.store import workspace_id
from kervan.consent import store as consent
from kervan.content import store as templates
from kervan.content import tokens, touches
from kervan.delivery import receipts
from kervan.delivery.read import Sent, message_for
from kervan.kernel import clock, i18n, ids, log
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.web import refusals
from kervan.web.errors import locale_of
from kervan.web.state import House, house

_log = log.get("track")
_SETTLE_SECONDS = 0.5
_BODY_BYTES = 8_192
_EMAIL, _PURPOSE = "email", "marketing"
_NAMING = (("ask", "title"), ("ask", "text"), ("done", "text"))
_PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_STYLE = """
body{margin:0;background:#f6f7f8;color:#1f2429;font:17px/1.6 system-ui,sans-serif}
main{max-width:34rem;margin:12vh auto 0;padding:2rem}
h1{font-size:1.5rem;line-height:1.3;margin:0 0 1rem}
p{margin:0 0 1.25rem}
button{font:inherit;font-weight:600;color:#fff;background:#1f4e9e;border:0;border-radius:.5rem;
padding:.7rem 1.4rem;cursor:pointer}
button:hover{background:#173d7c}
button:focus-visible{outline:3px solid #1f4e9e;outline-offset:3px}
@media(prefers-color-scheme:dark){body{background:#16191d;color:#e8eaed}
button{background:#8ab4f8;color:#10151c}button:hover{background:#aecbfa}
button:focus-visible{outline-color:#8ab4f8}}
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


@asynccontextmanager
async def _settling(app: FastAPI) -> AsyncIterator[None]:
    """Judge waiting opens and clicks while this process serves; several processes may."""

    async def forever() -> None:
        while True:
            await asyncio.sleep(_SETTLE_SECONDS)
            try:
                await asyncio.to_thread(settle, app.state.house)
            except (psycopg.Error, KervanError) as error:
                _log.warning("touches_not_settled", error=type(error).__name__)

    task = asyncio.create_task(forever())
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


router = APIRouter(include_in_schema=False, lifespan=_settling)


def settle(mine: House) -> int:
    """Judge what has waited long enough; gives how many touches that were."""
    with mine.connection() as conn:
        judged = touches.settle(conn, clock.now())
        receipts.note(conn, [_fact(one) for one in judged])
        return len(judged)


def _fact(judged: touches.Judged) -> receipts.Fact:
    touch = judged.touch
    kinds: dict[tuple[bool, bool], receipts.Kind] = {
        (False, False): "opened",
        (False, True): "machine_opened",
        (True, False): "clicked",
        (True, True): "machine_clicked",
    }
    kind = kinds[touch.link != tokens.OPEN, judged.machine]
    return receipts.Fact(touch.message, kind, touch.at)


def _answered(request: Request, work: Callable[[Connection], Response]) -> Response:
    """`work`'s answer, in one transaction; a calm page while the database is away."""
    try:
        with house(request).connection() as conn:
            return work(conn)
    except KervanError as error:
        if error.status != 503:
            raise
        return _page(request, "busy", status=503)


@router.api_route("/c/{token}", methods=["GET", "HEAD"])
def click(request: Request, token: str) -> Response:
    """302 to the address kept with the message; a friendly 404 for anything else."""

    def work(conn: Connection) -> Response:
        found = _sent(house(request), conn, token)
        if found is None:
            return _page(request, "gone", status=404)
        message, link, sent = found
        url, count = templates.link_target(conn, sent.template_version, sent.dynamic_links, link)
        if not url:
            return _page(request, "gone", status=404)
        if sent.journey != intake.TRIAL:
            touches.note(conn, _touch(request, message, link, url, count, sent))
        return RedirectResponse(url, status_code=302, headers=_plain_headers())

    return _answered(request, work)


@router.api_route("/o/{token}.gif", methods=["GET", "HEAD"])
def opened(request: Request, token: str) -> Response:
    """A picture of one pixel, whatever the token; an honest one is noted as an open."""

    def work(conn: Connection) -> Response:
        found = _sent(house(request), conn, token, link=tokens.OPEN)
        if found is not None and found[2].journey != intake.TRIAL:
            message, link, sent = found
            touches.note(conn, _touch(request, message, link, "", 0, sent))
        return picture

    picture = Response(_PIXEL, media_type="image/gif", headers=_plain_headers())
    _answered(request, work)  # a database that is away costs an open, not the reader's picture
    return picture


@router.api_route("/u/{token}", methods=["GET", "HEAD"])
def ask(request: Request, token: str) -> Response:
    """A page with a button; scanners follow links, so looking changes nothing."""

    def work(conn: Connection) -> Response:
        found = _sent(house(request), conn, token, link=tokens.UNSUBSCRIBE)
        if found is None:
            return _page(request, "gone", status=404)
        return _page(request, "ask", channel=found[2].channel)

    return _answered(request, work)


async def _body(request: Request) -> bytes:
    """The first part of a body; no sound request to this page has more."""
    read = b""
    async for chunk in request.stream():
        read += chunk
        if len(read) > _BODY_BYTES:
            break
    return read[:_BODY_BYTES]


@router.post("/u/{token}")
def unsubscribe(request: Request, token: str, body: Annotated[bytes, Depends(_body)]) -> Response:
    """Withdraw the consent: for our button, and for RFC 8058's `List-Unsubscribe=One-Click`.

    No cookie, no sign-in, no redirect; doing it again is as good as doing it once.
    """

    def work(conn: Connection) -> Response:
        found = _sent(house(request), conn, token, link=tokens.UNSUBSCRIBE)
        if found is None:
            return _page(request, "gone", status=404)
        # As a form or as multipart: both spell the words out.
        lowered = body.lower()
        if b"one-click" not in lowered and b"unsubscribe=yes" not in lowered:
            return _page(request, "ask", status=400, channel=found[2].channel)
        message, _, sent = found
        source = "one_click" if b"one-click" in lowered else "unsubscribe_link"
        if sent.journey != intake.TRIAL:  # it was written as somebody who never got it
            _withdraw(request, conn, message, sent, source)
        return _page(request, "done", channel=sent.channel)

    return _answered(request, work)


def _withdraw(
    request: Request, conn: Connection, message: uuid.UUID, sent: Sent, source: str
) -> None:
    head = profiles.heads(conn, [sent.person]).get(sent.person, sent.person)
    if head in consent.refused(conn, [head], sent.channel, _PURPOSE, brand=sent.brand):
        return  # withdrawn before; a later consent makes it possible again
    at_ms = clock.now_ms()
    name = f"unsubscribed-{message.hex}-{at_ms // 1000}"
    refusal = refusals.Refusal(
        sent.channel, source, ids.hash16(b"unsubscribed", name.encode()), head,
        brand=sent.brand, proof=refusals.trace(request, message=str(message)),
    )  # fmt: skip
    refusals.write(house(request), conn, refusal, clock.from_ms(at_ms))
    properties: dict[str, object] = {
        "broadcast" if sent.run < 0 else "journey": sent.journey,
        "version": sent.version, "step": sent.step, "run": sent.run,
        "message": str(message), "channel": sent.channel, "purpose": _PURPOSE,
    }  # fmt: skip
    intake.append_own(conn, [intake.OwnEvent(name, "Unsubscribed", at_ms, head, properties)])
    receipts.note(conn, [receipts.Fact(message, "unsubscribed", clock.from_ms(at_ms))])


def _sent(
    mine: House, conn: Connection, token: str, link: int | None = None
) -> tuple[uuid.UUID, int, Sent] | None:
    """What a good token stands for; None for a forged, foreign or forgotten one.

    With `link`, only that link number will do; without, any but the two special ones.
    """
    claim = tokens.verify(_signing_key(mine), token)
    if claim is None or claim.workspace != _workspace(mine, conn):
        return None
    special = claim.link in (tokens.OPEN, tokens.UNSUBSCRIBE)
    if special if link is None else claim.link != link:
        return None
    sent = message_for(conn, claim.message)
    return None if sent is None else (claim.message, claim.link, sent)


@cache
def _signing_key(mine: House) -> bytes:
    return tokens.key(mine.keys)


_numbers: dict[str, int] = {}


def _workspace(mine: House, conn: Connection) -> int:
    key = mine.config.postgres_url + mine.config.workspace
    if key not in _numbers:
        _numbers[key] = workspace_id(conn, mine.config.workspace)
    return _numbers[key]


def _touch(
    request: Request, message: uuid.UUID, link: int, url: str, links: int, sent: Sent
) -> touches.Touch:
    return touches.Touch(
        message=message, link=link, head=request.method == "HEAD", at=clock.now(),
        handed_at=sent.handed_at, agent=request.headers.get("user-agent", ""), url=url,
        links=links, person=sent.person, journey=sent.journey, version=sent.version,
        step=sent.step, run=sent.run, channel=sent.channel,
    )  # fmt: skip


def _plain_headers() -> dict[str, str]:
    return {name: value for name, value in _HEADERS.items() if name != "Content-Security-Policy"}


def _page(request: Request, name: str, status: int = 200, channel: str = _EMAIL) -> HTMLResponse:
    """One of the pages (gone, ask, done, busy) in the reader's language."""
    locale = locale_of(request)
    way = i18n.say(f"web.preferences_channel_{channel}", locale)

    def words(part: str) -> str:
        # The words about e-mail stand as they always did; others name their channel.
        other = channel != _EMAIL and (name, part) in _NAMING
        key = f"web.track_{name}_other_{part}" if other else f"web.track_{name}_{part}"
        return html.escape(i18n.say(key, locale, channel=way))

    form = ""
    if name == "ask":
        form = (
            '<form method="post"><input type="hidden" name="unsubscribe" value="yes">'
            f'<button type="submit">{words("button")}</button></form>'
        )
    return HTMLResponse(
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{words('title')}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{words('title')}</h1><p>{words('text')}</p>{form}</main></body></html>",
        status_code=status,
        headers={
            **_HEADERS,
            "Content-Language": locale,
            "Vary": "Accept-Language",
            **({"Retry-After": "5"} if status == 503 else {}),
        },
    )
