"""Users and their roles, for owners."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import audit, roles, users
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.form import Form
from kervan.web.pages import render
from kervan.web.state import house

router = APIRouter(
    route_class=render.Page, include_in_schema=False, dependencies=[right("users.manage")]
)


@router.get("/users")
def users_page(request: Request) -> HTMLResponse:
    """Everybody who may sign in, with her roles."""
    return _page(request)


@router.post("/users")
def add_user(request: Request, form: Form) -> HTMLResponse:
    """Add a user and show the link by which she chooses a password."""
    mine = house(request)
    try:
        with mine.connection() as conn:
            user = users.add(
                conn,
                mine.config.workspace,
                form["email"],
                form.all("role"),
                name=form["name"],
                locale=locale_of(request),
            )
            found, secret = users.by_id(conn, user), ""
            if len(users.places(conn, user)) == 1:
                secret = users.forget_password_of(conn, found)
            audit.record(conn, request, "user_added", user=user, roles=form.all("role"))
    except KervanError as error:
        return _page(request, error)
    return _page(request, email=found.email, secret=secret)


@router.post("/users/{user}/roles")
def set_roles(request: Request, user: UUID, form: Form) -> Response:
    """Give a user these roles and no others."""
    held = form.all("role")
    workspace = house(request).config.workspace
    return _done(
        request, user, "user_roles_set",
        lambda conn: users.set_roles(conn, workspace, user, held), roles=held,
    )  # fmt: skip


@router.post("/users/{user}/link")
def make_link(request: Request, user: UUID) -> HTMLResponse:
    """Show a new link for a password; an older one is void."""
    mine = house(request)
    try:
        with mine.connection() as conn:
            users.must_be_ours(conn, mine.config.workspace, user, alone=True)
            found = users.by_id(conn, user)
            secret = users.forget_password_of(conn, found)
            audit.record(conn, request, "user_link_made", user=user)
    except KervanError as error:
        return _page(request, error)
    return _page(request, email=found.email, secret=secret)


@router.post("/users/{user}/second-factor/remove")
def remove_factor(request: Request, user: UUID) -> Response:
    """For who has lost her device and her codes."""
    drop = users.drop_second_factor
    return _done(request, user, "factor_off", lambda conn: drop(conn, user), alone=True)


@router.post("/users/{user}/disable")
def disable(request: Request, user: UUID) -> Response:
    """Let a user in no more."""
    workspace = house(request).config.workspace
    return _done(
        request, user, "user_disabled", lambda conn: users.disable(conn, workspace, user)
    )  # fmt: skip


@router.post("/users/{user}/enable")
def enable(request: Request, user: UUID) -> Response:
    """Let a disabled user in again."""
    return _done(request, user, "user_enabled", lambda conn: users.enable(conn, user), alone=True)


def _done(
    request: Request, user: UUID, what: str, deed: Callable[[Connection], object], *,
    alone: bool = False, **facts: object,
) -> Response:  # fmt: skip
    """Do something to a member of this workspace and write it down; `alone`: to one of no other."""
    mine = house(request)
    try:
        with mine.connection() as conn:
            users.must_be_ours(conn, mine.config.workspace, user, alone=alone)
            deed(conn)
            audit.record(conn, request, what, user=user, **facts)
    except KervanError as error:
        return _page(request, error)
    return RedirectResponse("/users", status_code=303)


def _page(
    request: Request, error: KervanError | None = None, *, email: str = "", secret: str = ""
) -> HTMLResponse:
    mine = house(request)
    with mine.connection() as conn:
        found = users.everybody(conn, mine.config.workspace)
    rows = [
        {
            "id": str(one.id),
            "email": one.email,
            "name": one.name,
            "roles": list(one.roles),
            "has_factor": one.has_second_factor,
            "invited": not one.has_password and not one.has_provider,
            "disabled": one.disabled_at is not None,
            "seen_ms": clock.to_ms(one.seen_at) if one.seen_at else 0,
        }
        for one in found
    ]
    return render.page(
        request,
        "users.html",
        status=error.status if error else 200,
        problem=error.say(locale_of(request)) if error else "",
        rows=rows,
        known=list(roles.names()),
        email=email,
        link=f"{mine.config.address}/sign-in/password?token={secret}" if secret else "",
        now_ms=clock.now_ms(),
    )
