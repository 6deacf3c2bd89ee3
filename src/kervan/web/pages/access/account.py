"""The reader's own account: password, second factor, sessions."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.web import access, audit, passwords, totp, tries, users
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.form import Form
from kervan.web.pages import render
from kervan.web.reader import Reader, reader_of
from kervan.web.state import house
from kervan.web.users import User

router = APIRouter(
    route_class=render.Page, include_in_schema=False, dependencies=[right("self.manage")]
)


@router.get("/account")
def account_page(request: Request) -> HTMLResponse:
    """Everything about the reader's account."""
    return _page(request)


@router.post("/account/password")
def change_password(request: Request, form: Form) -> HTMLResponse:
    """Change the password, knowing the present one; other sessions end."""
    mine, reader = house(request), reader_of(request)
    with mine.connection() as conn:
        user = _own(users.by_id(conn, reader.owner))
        wait = tries.take(conn, tries.ACCOUNT, user.email)
    try:
        tries.refuse(wait)
        if not passwords.verify(user.password_hash, form["old"]):
            raise KervanError("web.old_password_wrong", status=400)
        if form["password"] != form["again"]:
            raise KervanError("web.passwords_differ", status=400)
        passwords.check(form["password"], user.email)
    except KervanError as error:
        return _page(request, error)
    kept = passwords.hashed(form["password"])
    with mine.connection() as conn:
        users.set_password(conn, user, kept, but_session=reader.session)
        tries.forget(conn, tries.ACCOUNT, user.email)
        audit.record(conn, request, "password_chosen")
    return _page(request, saved=True)


@router.post("/account/second-factor/start")
def start_factor(request: Request) -> HTMLResponse:
    """Show a new secret to put into an app."""
    mine = house(request)
    with mine.connection() as conn:
        user = _own(users.by_id(conn, reader_of(request).owner))
        secret = users.draft_second_factor(conn, mine.vault, user)
        audit.record(conn, request, "factor_started")
    return _page(request, secret=secret)


@router.post("/account/second-factor/confirm")
def confirm_factor(request: Request, form: Form) -> HTMLResponse:
    """Take the second factor into use once a code proves that the app has the secret."""
    mine = house(request)
    try:
        with mine.connection() as conn:
            user = _own(users.by_id(conn, reader_of(request).owner))
            codes = users.confirm_second_factor(conn, mine.vault, user, form["code"][:100])
            audit.record(conn, request, "factor_on")
    except KervanError as error:
        return _page(request, error)
    return _page(request, codes=codes)


@router.post("/account/second-factor/stop")
def stop_factor(request: Request, form: Form) -> Response:
    """Turn the second factor off, by a code of it."""
    mine, reader = house(request), reader_of(request)
    with mine.connection() as conn:
        wait = tries.take(conn, tries.CODE, str(reader.owner))
    try:
        tries.refuse(wait)
        with mine.connection() as conn:
            user = users.by_id(conn, reader.owner)
            if not users.is_second_factor(conn, mine.vault, user, form["code"][:100]):
                raise KervanError("web.code_wrong", status=400)
            users.drop_second_factor(conn, user.id)
            audit.record(conn, request, "factor_off", user=user.id)
    except KervanError as error:
        return _page(request, error)
    return RedirectResponse("/account", status_code=303)


@router.post("/account/sessions/end")
def end_other_sessions(request: Request) -> Response:
    """End every session but this one."""
    reader = reader_of(request)
    with house(request).connection() as conn:
        ended = access.end_sessions(conn, reader.owner, reader.session)
        audit.record(conn, request, "session_ended", count=ended)
    return RedirectResponse("/account", status_code=303)


@router.post("/account/sessions/{session}/end")
def end_session(request: Request, session: UUID) -> Response:
    """End one session of one's own. Raises web.session_unknown (404)."""
    with house(request).connection() as conn:
        if not access.end_session(conn, reader_of(request).owner, session):
            raise KervanError("web.session_unknown", status=404)
        audit.record(conn, request, "session_ended", session=session)
    return RedirectResponse("/account", status_code=303)


def _own(user: User) -> User:
    """The account of the command line has neither password nor second factor."""
    if user.id == access.COMMAND_LINE:
        raise KervanError("web.user_unknown", status=404)
    return user


def _page(
    request: Request,
    error: KervanError | None = None,
    *,
    saved: bool = False,
    secret: bytes | None = None,
    codes: list[str] | None = None,
) -> HTMLResponse:
    mine, reader = house(request), reader_of(request)
    with mine.connection() as conn:
        user = users.by_id(conn, reader.owner)
        sessions = access.sessions(conn, reader.owner)
        left = users.recovery_left(conn, reader.owner)
    app = totp.address(secret, user.email) if secret else ""
    return render.page(
        request,
        "account.html",
        status=error.status if error else 200,
        problem=error.say(locale_of(request)) if error else "",
        saved=saved,
        email=user.email,
        name=user.name,
        command_line=user.id == access.COMMAND_LINE,
        roles=list(reader.roles),
        has_password=user.password_hash is not None,
        has_factor=user.totp_sealed is not None,
        left=left,
        secret=totp.shown(secret) if secret else "",
        app=app,
        picture=totp.picture(app) if app else None,
        codes=codes or [],
        sessions=[_session(one, reader) for one in sessions],
        now_ms=clock.now_ms(),
    )


def _session(one: access.Session, reader: Reader) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "device": _device(one.device),
        "network": one.network,
        "seen_ms": clock.to_ms(one.seen),
        "since_ms": clock.to_ms(one.since),
        "here": one.id == reader.session,
    }


def _device(agent: str) -> str:
    """A browser and a system out of a user agent; the agent itself when it names neither."""
    systems = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
    browsers = ("Edg", "OPR", "Firefox", "Chrome", "Safari")
    browser = next((one for one in browsers if f"{one}/" in agent), "")
    system = next((one for one in systems if one in agent), "")
    plain = {"Edg": "Edge", "OPR": "Opera"}.get(browser, browser)
    return " · ".join(one for one in (plain, system) if one) or agent[:60]
