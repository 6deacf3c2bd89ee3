"""Users of this Kervan: list, add, give roles, disable, make a link for a new password."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.web import audit, users
from kervan.web.api import meanwhile
from kervan.web.api.accept import Plain, Text
from kervan.web.api.meanwhile import Match
from kervan.web.auth import right
from kervan.web.state import house

router = APIRouter(prefix="/v1/users", tags=["users"])


class User(BaseModel):
    """Somebody who may sign in; `edition` is another as soon as anybody changes what she may."""

    id: UUID
    email: str
    name: str
    roles: list[str]
    has_second_factor: bool
    disabled_at: datetime | None
    seen_at: datetime | None
    edition: str


class NewUser(BaseModel):
    """Whom to add; `roles` are names of roles.toml."""

    email: Plain = Field(min_length=3, max_length=254)
    name: Text = ""
    roles: list[Text] = Field(min_length=1, max_length=20)


class Added(BaseModel):
    """The new user's id and the link by which she chooses a password, shown this once.

    No link for whom another workspace of the installation knows already: she has a password.
    """

    id: UUID
    password_link: str | None


class Link(BaseModel):
    """A link for a new password, shown this once; good once, for a day."""

    password_link: str


class Change(BaseModel):
    """What to change; what is left out stays."""

    roles: list[Text] | None = Field(default=None, min_length=1, max_length=20)
    disabled: bool | None = None
    second_factor: bool | None = None


@router.get("", dependencies=[right("users.manage")])
def all_users(request: Request) -> list[User]:
    """Everybody who may sign in to this workspace, or might before."""
    mine = house(request)
    with mine.connection() as conn:
        found = users.everybody(conn, mine.config.workspace)
    return [
        User(
            id=one.id,
            email=one.email,
            name=one.name,
            roles=one.roles,
            has_second_factor=one.has_second_factor,
            disabled_at=one.disabled_at,
            seen_at=one.seen_at,
            edition=_edition(one),
        )
        for one in found
    ]


@router.post("", status_code=201, dependencies=[right("users.manage")])
def add(request: Request, new: NewUser) -> Added:
    """Add a user.

    Raises web.email_not_good, web.role_unknown (400), web.user_exists (409).
    """
    mine = house(request)
    with mine.connection() as conn:
        user = users.add(conn, mine.config.workspace, new.email, new.roles, name=new.name)
        link = None
        if len(users.places(conn, user)) == 1:
            secret = users.forget_password_of(conn, users.by_id(conn, user))
            link = _link(mine.config.address, secret)
        audit.record(conn, request, "user_added", user=user, roles=new.roles)
    return Added(id=user, password_link=link)


@router.patch("/{user}", status_code=204, dependencies=[right("users.manage")])
def change(request: Request, user: UUID, new: Change, if_match: Match = "") -> None:
    """Give other roles, disable or enable, take a lost second factor away.

    With the edition you read in If-Match, what somebody else changed meanwhile is not lost:
    web.changed_meanwhile (409). Raises also web.user_unknown (404), web.role_unknown (400),
    web.last_owner, web.user_shared (409).
    """
    mine = house(request)
    with mine.connection() as conn:
        meanwhile.hold(conn, f"user {user}")
        alone = new.disabled is False or new.second_factor is False
        users.must_be_ours(conn, mine.config.workspace, user, alone=alone)
        known = [one for one in users.everybody(conn, mine.config.workspace) if one.id == user]
        meanwhile.expect(if_match, _edition(known[0]) if known else meanwhile.NOTHING)
        if new.roles is not None:
            users.set_roles(conn, mine.config.workspace, user, new.roles)
            audit.record(conn, request, "user_roles_set", user=user, roles=new.roles)
        if new.disabled is True:
            users.disable(conn, mine.config.workspace, user)
            audit.record(conn, request, "user_disabled", user=user)
        if new.disabled is False:
            users.enable(conn, user)
            audit.record(conn, request, "user_enabled", user=user)
        if new.second_factor is False:
            users.drop_second_factor(conn, user)
            audit.record(conn, request, "factor_off", user=user)


@router.post("/{user}/password-link", status_code=201, dependencies=[right("users.manage")])
def password_link(request: Request, user: UUID) -> Link:
    """A new link for a password; an older one is void.

    Raises web.user_unknown (404), web.user_shared (409).
    """
    mine = house(request)
    with mine.connection() as conn:
        users.must_be_ours(conn, mine.config.workspace, user, alone=True)
        secret = users.forget_password_of(conn, users.by_id(conn, user))
        audit.record(conn, request, "user_link_made", user=user)
    return Link(password_link=_link(mine.config.address, secret))


def _edition(one: users.Listed) -> str:
    """Of what can be changed here; that she signed in meanwhile changes nothing."""
    return meanwhile.edition([sorted(one.roles), one.disabled_at, one.has_second_factor])


def _link(address: str, secret: str) -> str:
    return f"{address}/sign-in/password?token={secret}"
