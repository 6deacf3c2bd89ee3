"""Who is at the desk: name, language and rights, and the workspace she works in."""

from typing import Literal

from babel.numbers import get_territory_currencies
from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.kernel import workspaces
from kervan.web import audit, roles, users
from kervan.web.auth import right
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/me", tags=["users"])


class Me(BaseModel):
    """The reader: `kind` is user, link (the command line's account) or key.

    `locale` "" where she has chosen none; `currency` is the one of the workspace's country.
    `beside` is the workspace's name where it is not the first of the installation, else "".
    """

    id: str
    kind: str
    name: str
    email: str
    locale: str
    roles: list[str]
    rights: list[str]
    workspace: str
    beside: str
    country: str
    currency: str
    timezone: str
    address: str


class Choice(BaseModel):
    """The language she reads from now on, on every device."""

    locale: Literal["tr", "az", "en"]


@router.get("", dependencies=[right("self.manage")])
def me(request: Request) -> Me:
    """Who asks."""
    mine, reader = house(request), reader_of(request)
    name, email, locale = reader.name, "", ""
    with mine.connection() as conn:
        here = workspaces.find(conn, mine.config.workspace)
        if reader.kind == "user":
            user = users.by_id(conn, reader.owner)
            name, email, locale = user.name or user.email, user.email, user.locale
    used = get_territory_currencies(mine.config.country)
    return Me(
        id=str(reader.id),
        kind=reader.kind,
        name=name,
        email=email,
        locale=locale,
        roles=[one for one in roles.names() if one in reader.roles],
        rights=sorted(reader.rights),
        workspace=mine.config.workspace,
        beside="" if here.is_first else here.name,
        country=mine.config.country,
        currency=used[-1] if used else "EUR",
        timezone=mine.config.timezone,
        address=mine.config.address,
    )


@router.patch("", status_code=204, dependencies=[right("self.manage")])
def choose(request: Request, choice: Choice) -> None:
    """Keep her language; the command line's account and keys have none to keep."""
    reader = reader_of(request)
    if reader.kind != "user":
        audit.changed_nothing(request)
        return
    with house(request).connection() as conn:
        users.set_locale(conn, reader.owner, choice.locale)
        audit.record(conn, request, "language_chosen", language=choice.locale)
