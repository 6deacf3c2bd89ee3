"""Keys of programs: what each may do, until when, and when it was used last."""

from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import ValidationError

from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.web import access, roles
from kervan.web.api import keys
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.form import Form
from kervan.web.pages import render
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(
    route_class=render.Page, include_in_schema=False, dependencies=[right("keys.manage")]
)


@router.get("/keys")
def keys_page(request: Request) -> HTMLResponse:
    """Every key that is not revoked, and the form that makes one."""
    return _page(request)


@router.post("/keys")
def make_key(request: Request, form: Form) -> HTMLResponse:
    """Make a key and show its secret, this once."""
    try:
        made = keys.issue(request, _wanted(form["name"].strip(), form.all("scope"), form["days"]))
    except KervanError as error:
        return _page(request, error)
    return _page(request, secret=made.key)


@router.post("/keys/{key}/revoke")
def revoke_key(request: Request, key: UUID) -> Response:
    """Let a key open nothing any more. Raises web.key_unknown (404)."""
    keys.withdraw(request, key)
    return RedirectResponse("/keys", status_code=303)


def _wanted(name: str, scopes: list[str], days: str) -> keys.NewKey:
    """Raises web.key_not_good (400)."""
    try:
        return keys.NewKey.model_validate({"name": name, "scopes": scopes, "days": days})
    except ValidationError:
        raise KervanError("web.key_not_good", status=400) from None


def _page(request: Request, error: KervanError | None = None, *, secret: str = "") -> HTMLResponse:
    mine, reader = house(request), reader_of(request)
    with mine.connection() as conn:
        found = access.keys(conn, mine.config.workspace)
    now = clock.now()
    rows = [
        {
            "id": str(one.id),
            "name": one.name,
            "scopes": None if one.scopes is None else list(one.scopes),
            "maker": one.maker,
            "made_ms": clock.to_ms(one.made),
            "until_ms": clock.to_ms(one.expires) if one.expires else 0,
            "expired": one.expires is not None and one.expires <= now,
            "seen_ms": clock.to_ms(one.seen) if one.seen else 0,
        }
        for one in found
    ]
    return render.page(
        request,
        "keys.html",
        status=error.status if error else 200,
        problem=error.say(locale_of(request)) if error else "",
        rows=rows,
        known=sorted(roles.rights() & reader.rights),
        secret=secret,
        now_ms=clock.to_ms(now),
    )
