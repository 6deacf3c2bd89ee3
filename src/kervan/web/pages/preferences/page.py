"""Answers the public links of a mail's footer and of an opt-in mail; works without JavaScript.

A GET changes nothing: scanners follow links. The link itself is the proof, so there is no cookie
and no sign-in; a form carries a mark that only a page of ours could have written for this link.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute

from kervan.consent import opt_in
from kervan.content import contact_tokens
from kervan.kernel import clock, crypto, i18n
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import refusals
from kervan.web.form import Fields, Form
from kervan.web.pages import render
from kervan.web.pages.forms import NAMES, Forms
from kervan.web.pages.preferences import change, renew, view, visitor
from kervan.web.pages.preferences.visitor import Visitor
from kervan.web.state import House, house


class _Public(APIRoute):
    """A route whose expected errors are a calm page for whoever holds the link."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """The handler of the route, with errors shown as a page."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await inner(request)
            except KervanError as error:
                return _note(request, "failed", error.status)

        return handle


router = APIRouter(route_class=_Public, include_in_schema=False)
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
_FORM_LASTS = timedelta(hours=24)
_STATUS = {"gone": 404, "expired": 410, "busy": 503}
_DONE = frozenset({"saved", "stopped", "access", "erasure", "same"})
_Work = Callable[[House, Connection, Visitor], Response]


@router.api_route("/p/{token}", methods=["GET", "HEAD"])
def show(request: Request, token: str) -> Response:
    """The page of the link's address."""

    def work(mine: House, conn: Connection, who: Visitor) -> Response:
        return _preferences(request, mine, conn, who, token)

    return _visited(request, token, contact_tokens.PREFERENCES, work)


@router.post("/p/{token}")
def choose(request: Request, token: str, form: Form) -> Response:
    """Keep what the form says, then show the page anew (303)."""

    def work(mine: House, conn: Connection, who: Visitor) -> Response:
        if not _ours(mine, token, form, clock.now()):
            return _preferences(request, mine, conn, who, token, note="again", status=400)
        deed = change.Deed.of(request, mine, conn, who)
        due = ""
        if form["do"] in ("access", "erasure"):
            due = f"{change.ask(deed, form['do']):%Y-%m-%d}"
            done = form["do"]
        elif form["do"] == "stop":
            change.stop_all(deed)
            done = "stopped"
        else:
            changed = change.save(deed, form, _locale(request, who))
            done = "saved" if changed else "same"
        said = {"done": done, "due": due, "lang": request.query_params.get("lang") or ""}
        query = urlencode({name: value for name, value in said.items() if value})
        return RedirectResponse(f"/p/{token}?{query}", status_code=303, headers=_HEADERS)

    return _visited(request, token, contact_tokens.PREFERENCES, work, form)


@router.api_route("/confirm/{token}", methods=["GET", "HEAD"])
def ask(request: Request, token: str) -> Response:
    """The button of an opt-in mail, once more: the mail's own link is only looked at."""
    return _confirm(request, token, None)


@router.post("/confirm/{token}")
def confirm(request: Request, token: str, form: Form) -> Response:
    """The button was pressed: what was pending is a consent now, and the address verified."""
    return _confirm(request, token, form)


def _confirm(request: Request, text: str, form: Fields | None) -> Response:
    def work(mine: House, conn: Connection) -> Response:
        at = clock.now()
        token, why = visitor.read(mine, conn, text, contact_tokens.CONFIRM, at)
        mail = opt_in.by_message(conn, token.reference, token.contact) if token else None
        if token is None or mail is None or mail.kind != opt_in.OPT_IN:
            return _note(request, why or "gone")
        if mail.answered_at is not None:
            return _note(request, "confirmed", 200)
        if form is None or not _ours(mine, text, form, at):
            mark = _mark(mine, text, at)
            return _page(request, "opt_in.html", 200 if form is None else 400, None, mark=mark)
        proof = refusals.trace(request, message=str(token.reference))
        opt_in.confirm(conn, mine.keys, mail, proof, at)
        change.confirmed(conn, mail.person, mail.contact, at)
        return _note(request, "confirmed", 200)

    return _answered(request, work)


def _visited(
    request: Request, text: str, use: int, work: _Work, form: Fields | None = None
) -> Response:
    def found(mine: House, conn: Connection) -> Response:
        token, why = visitor.read(mine, conn, text, use, clock.now())
        if why == "expired":
            return _expired(request, mine, conn, text, form)
        who = visitor.visit(mine, conn, token) if token else None
        return _note(request, why or "gone") if who is None else work(mine, conn, who)

    return _answered(request, found)


def _expired(
    request: Request, mine: House, conn: Connection, text: str, form: Fields | None
) -> Response:
    """The page of a link whose time is over, with a button that sends a fresh one; its press."""
    at = clock.now()
    token = renew.renewable(mine, conn, text, at)
    if token is None:
        return _note(request, "expired")
    if form is not None and form["do"] == "renew" and _ours(mine, text, form, at):
        by = renew.Sender(_shop(mine), _locale(request, None))
        renew.renew(request, mine, conn, token, at, by)
        query = urlencode({"done": "renewed", "lang": by.locale})
        return RedirectResponse(f"/p/{text}?{query}", status_code=303, headers=_HEADERS)
    if request.query_params.get("done") == "renewed":
        return _note(request, "renewed", 200)
    return _note(request, "expired", mark=_mark(mine, text, at))


def _answered(request: Request, work: Callable[[House, Connection], Response]) -> Response:
    """`work`'s answer in one transaction; a calm page while the database is away."""
    mine = house(request)
    try:
        with mine.connection() as conn:
            return work(mine, conn)
    except KervanError as error:
        if error.status != 503:
            raise
        return _note(request, "busy")


def _mark(mine: House, token: str, at: datetime) -> str:
    """What a form of ours carries: good for this link, for a day."""
    minute = f"{int(at.timestamp()) // 60:x}"
    key = mine.keys.derive("preference forms")
    return f"{minute}-{crypto.sign(key, f'{token} {minute}'.encode()).hex()}"


def _ours(mine: House, token: str, form: Fields, at: datetime) -> bool:
    minute = form["form"].partition("-")[0]
    if not minute.isalnum() or not minute.isascii() or len(minute) > 8:
        return False
    try:
        written = int(minute, 16) * 60
    except ValueError:
        return False
    age_seconds = at.timestamp() - written
    if not 0 <= age_seconds <= _FORM_LASTS.total_seconds():
        return False
    good = _mark(mine, token, clock.from_ms(written * 1000))
    return crypto.same(good.encode(), form["form"].encode())


def _locale(request: Request, who: Visitor | None) -> str:
    """`?lang=`, what she chose, what is known of her, what her browser asks for."""
    told = [request.query_params.get("lang") or ""]
    if who is not None:
        told += [who.choices.language, who.person.locale]
    for word in told:
        if word in i18n.LOCALES:
            return word
    return i18n.pick(request.headers.get("accept-language", ""))


def _preferences(
    request: Request,
    mine: House,
    conn: Connection,
    who: Visitor,
    token: str,
    note: str = "",
    status: int = 200,
) -> Response:
    at = clock.now()
    forms = Forms(_locale(request, who), mine.config.timezone)
    done = request.query_params.get("done", "")
    if not note and done in _DONE:
        note = done
    facts = view.facts(conn, who, forms, at)
    facts["due"] = view.day(request.query_params.get("due", ""), forms)
    mark = _mark(mine, token, at)
    return _page(request, "preferences.html", status, who, mark=mark, note=note, **facts)


def _note(request: Request, name: str, status: int = 0, mark: str = "") -> Response:
    """A page of a few words: gone, expired, renewed, busy, confirmed; a button with `mark`."""
    status = status or _STATUS[name]
    return _page(request, "preferences_note.html", status, None, name=name, mark=mark)


def _shop(mine: House) -> str:
    name, address = parseaddr(mine.config.mail_from)
    return name or address.rpartition("@")[2]


def _page(
    request: Request, template: str, status: int, who: Visitor | None, **facts: Any
) -> HTMLResponse:
    mine = house(request)
    forms = Forms(_locale(request, who), mine.config.timezone)
    shop = (who.brand_title if who else "") or _shop(mine)
    languages = [
        {"code": code, "name": said, "here": code == forms.locale, "href": f"?lang={code}"}
        for code, said in NAMES.items()
    ]
    body = render.text(template, forms, languages=languages, shop=shop, **facts)
    headers = {**_HEADERS, "Content-Language": forms.locale, "Vary": "Accept-Language"}
    if status == 503:
        headers["Retry-After"] = "5"
    return HTMLResponse(body, status, headers=headers)
