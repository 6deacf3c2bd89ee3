"""Pages for coming in and going out; they work without JavaScript and before anybody is known."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from kervan.kernel.errors import KervanError
from kervan.web import access, audit, oidc, passwords, sign_in, tries, users
from kervan.web.errors import locale_of
from kervan.web.form import Form
from kervan.web.pages import render
from kervan.web.pages.access import way_back
from kervan.web.reader import COOKIE, address_of, check_origin, reader_of, session_of
from kervan.web.sign_in import Entered
from kervan.web.state import house

router = APIRouter(route_class=render.Page, include_in_schema=False)
_TRIP_COOKIE = "kervan_trip"
_TRIP_SECONDS = 600


@router.get("/sign-in")
def sign_in_page(request: Request, token: str = "") -> Response:
    """The form; with the `token` of a one-time link, a session at once.

    Raises web.link_not_good (401) for a link that is wrong, old or used.
    """
    if not token:
        return way_back.remember(request, _form(request))
    session = sign_in.by_link(request, token)
    answer = way_back.go(request)
    if session is not None:
        return _let_in(request, answer, Entered(session, False, ""))
    try:
        reader_of(request)
    except KervanError:
        raise KervanError("web.link_not_good", status=401) from None
    return answer


@router.post("/sign-in")
def enter(request: Request, form: Form) -> Response:
    """By e-mail and password."""
    email = form["email"]
    try:
        entered = sign_in.by_password(request, email, form["password"])
    except KervanError as error:
        return _form(request, error, email=email[:254])
    return _entered(request, entered)


@router.get("/sign-in/code")
def code_page(request: Request) -> Response:
    """The second factor's form, for who has given the first."""
    held = session_of(request)
    if held is None or not held.half:
        return RedirectResponse("/sign-in", status_code=303)
    return render.page(request, "code.html", problem="")


@router.post("/sign-in/code")
def enter_code(request: Request, form: Form) -> Response:
    """By the second factor."""
    try:
        entered = sign_in.by_code(request, form["code"])
    except KervanError as error:
        if error.code == "web.code_wrong":
            said = error.say(locale_of(request))
            return render.page(request, "code.html", status=error.status, problem=said)
        return _form(request, error)
    return _entered(request, entered)


@router.get("/sign-in/provider")
def to_provider(request: Request) -> Response:
    """Send the browser to the OpenID provider: by a link, for our forms lead to ourselves only."""
    mine = house(request)
    try:
        with mine.connection() as conn:
            wait = tries.take(conn, tries.TRIP, address_of(request))
        tries.refuse(wait)
        with mine.connection() as conn:
            trip = oidc.begin(conn, mine.config)
    except KervanError as error:
        return _form(request, error)
    answer = RedirectResponse(trip.address, status_code=303)
    answer.set_cookie(
        _TRIP_COOKIE,
        trip.state,
        max_age=_TRIP_SECONDS,
        path=oidc.BACK,
        httponly=True,
        samesite="lax",
        secure=_is_secure(request),
    )
    return answer


@router.get(oidc.BACK)
def from_provider(
    request: Request, state: str = "", code: str = "", iss: str = "", error: str = ""
) -> Response:
    """Take the browser back from the provider."""
    mine = house(request)
    try:
        with mine.connection() as conn:
            nonce, verifier = oidc.end_trip(conn, state, request.cookies.get(_TRIP_COOKIE, ""))
        if error or not code:
            raise KervanError("web.provider_refused", status=401, problem=error[:60] or "code")
        who = oidc.identify(mine.config, code, nonce, verifier, iss)
        with mine.connection() as conn:
            user = users.by_provider(
                conn, who.issuer, who.subject, who.email, verified=who.verified
            )
        if user is None or user.disabled_at is not None:
            raise KervanError("web.provider_unknown_user", status=403)
    except KervanError as refusal:
        answer: Response = _form(request, refusal)
    else:
        answer = _entered(request, sign_in.enter(request, user, "provider"))
    answer.delete_cookie(_TRIP_COOKIE, path=oidc.BACK)
    return answer


@router.get("/sign-in/password")
def password_page(request: Request, token: str = "") -> Response:
    """The form for a new password; looking at it spends nothing, for scanners look too."""
    with house(request).connection() as conn:
        good = access.is_good_link(conn, token, access.PASSWORD)
    if not good:
        raise KervanError("web.password_link_not_good", status=401)
    return _password_form(request, token)


@router.post("/sign-in/password")
def choose_password(request: Request, form: Form) -> Response:
    """Take the new password."""
    token = form["token"]
    try:
        sign_in.choose_password(request, token, form["password"], form["again"])
    except KervanError as error:
        if error.status != 400:
            raise
        return _password_form(request, token, error)
    return RedirectResponse("/sign-in?done=password", status_code=303)


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """End this session."""
    check_origin(request)
    held = session_of(request)
    if held is not None:
        with house(request).connection() as conn:
            access.end_session(conn, held.owner, held.id)
            audit.record_of(conn, request, str(held.owner), "signed_out")
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(COOKIE)
    return answer


def _form(request: Request, error: KervanError | None = None, *, email: str = "") -> HTMLResponse:
    config = house(request).config
    provider = (config.oidc_name or "OpenID") if oidc.is_on(config) else ""
    return render.page(
        request,
        "sign_in.html",
        status=error.status if error else 200,
        problem=error.say(locale_of(request)) if error else "",
        email=email,
        provider=provider,
        done=request.query_params.get("done") == "password",
    )


def _password_form(request: Request, token: str, error: KervanError | None = None) -> HTMLResponse:
    return render.page(
        request,
        "new_password.html",
        status=error.status if error else 200,
        problem=error.say(locale_of(request)) if error else "",
        token=token,
        shortest=passwords.SHORTEST,
    )


def _entered(request: Request, entered: Entered) -> Response:
    if entered.half:
        return _let_in(request, RedirectResponse("/sign-in/code", status_code=303), entered)
    return _let_in(request, way_back.go(request), entered)


def _let_in(request: Request, answer: Response, entered: Entered) -> Response:
    answer.set_cookie(
        COOKIE,
        entered.secret,
        max_age=access.SESSION_DAYS * 86_400,
        httponly=True,
        samesite="lax",
        secure=_is_secure(request),
    )
    if entered.locale and not request.cookies.get(render.LANGUAGE_COOKIE):
        answer.set_cookie(
            render.LANGUAGE_COOKIE, entered.locale, max_age=365 * 86_400, samesite="lax",
            secure=_is_secure(request),
        )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https" or house(request).config.address.startswith("https:")
