"""The workspaces of this installation: open one beside the first, go there, close it."""

from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.kernel import clock, workspaces
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.kernel.workspaces import Workspace
from kervan.web import access, audit, users
from kervan.web.api.accept import Plain
from kervan.web.auth import right
from kervan.web.reader import Reader, reader_of
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/workspaces", tags=["workspaces"])


class Space(BaseModel):
    """A company of this installation, or a sandbox. `first` is the one that opens and closes
    others, `here` the one that was asked; `member` says whether the reader may go there."""

    key: str
    name: str
    address: str
    first: bool
    here: bool
    member: bool
    country: str
    timezone: str
    opened_at: datetime
    closed_at: datetime | None


class NewSpace(BaseModel):
    """What to open; what is left out is as in the first one, and `host` KEY before its host."""

    key: Plain = Field(min_length=1, max_length=40)
    name: Plain = Field(default="", max_length=100)
    host: Plain = Field(default="", max_length=300)
    country: Plain = Field(default="", max_length=2, pattern=r"^([A-Z]{2})?$")
    timezone: Plain = Field(default="", max_length=64)
    locale: Literal["", "tr", "az", "en"] = ""


class Rename(BaseModel):
    """What a workspace is called."""

    name: Plain = Field(min_length=1, max_length=100)


class Way(BaseModel):
    """Where to go: good once, for a minute, and for whoever asked alone."""

    address: str


@router.get("", dependencies=[right("self.manage")])
def all_spaces(request: Request) -> list[Space]:
    """Those the reader may go to; all of them for whoever opens them."""
    mine, reader = house(request), reader_of(request)
    with mine.connection() as conn:
        known = workspaces.known(conn)
        member = _member_of(conn, mine, reader)
    here = next(one for one in known if one.key == mine.config.workspace)
    whole = here.is_first and "workspaces.manage" in reader.rights
    return [
        _space(mine, one, member=one.key in member)
        for one in known
        if whole or one.key in member or one is here
    ]


@router.post("", status_code=201, dependencies=[right("workspaces.manage")])
def open_one(request: Request, new: NewSpace) -> Space:
    """Open a workspace; whoever opens it is its owner. It takes some seconds.

    Raises kernel.workspace_key, kernel.workspace_host, kernel.workspace_zone (400),
    kernel.workspace_exists, kernel.workspace_many (409), web.workspaces_elsewhere (409).
    """
    mine, reader = house(request), reader_of(request)
    with mine.connection() as conn:
        _must_be_first(conn, mine)
        asked = workspaces.New(**{**new.model_dump(), "name": new.name.strip()})
        workspaces.add(conn, mine.config, asked, clock.now())
        if reader.owner != access.COMMAND_LINE:
            users.set_roles(conn, new.key, reader.owner, ["owner"])
        audit.record(conn, request, "workspace_opened", workspace=new.key)
    return _begun(mine, reader, new.key)


@router.patch("/{key}", status_code=204, dependencies=[right("workspaces.manage")])
def rename(request: Request, key: str, new: Rename) -> None:
    """Call it something else. Raises kernel.workspace_unknown (404), web.workspaces_elsewhere."""
    mine = house(request)
    with mine.connection() as conn:
        _must_be_first(conn, mine)
        workspaces.find(conn, key)
        workspaces.rename(conn, key, new.name.strip())
        audit.record(conn, request, "workspace_renamed", workspace=key, name=new.name.strip())


@router.post("/{key}/close", status_code=204, dependencies=[right("workspaces.manage")])
def close(request: Request, key: str) -> None:
    """Nobody works for it and nobody gets in from now on; what it holds stays.

    Raises kernel.workspace_unknown (404), kernel.workspace_first (409), web.workspaces_elsewhere.
    """
    mine = house(request)
    with mine.connection() as conn:
        _must_be_first(conn, mine)
        _beside(conn, key)
        if workspaces.close(conn, key, clock.now()):
            audit.record(conn, request, "workspace_closed", workspace=key)


@router.post("/{key}/reopen", dependencies=[right("workspaces.manage")])
def reopen(request: Request, key: str) -> Space:
    """Let it work again; also one whose opening was interrupted.

    Raises kernel.workspace_unknown (404), kernel.workspace_first (409), web.workspaces_elsewhere.
    """
    mine = house(request)
    with mine.connection() as conn:
        _must_be_first(conn, mine)
        _beside(conn, key)
        audit.record(conn, request, "workspace_reopened", workspace=key)
    return _begun(mine, reader_of(request), key)


@router.post("/{key}/visit", dependencies=[right("self.manage")])
def visit(request: Request, key: str) -> Way:
    """The way there for the reader, already signed in: a workspace is another site to a browser.

    Raises kernel.workspace_unknown (404), also where she is no member, kernel.workspace_closed
    (410), web.not_signed_in (401) for a key: only somebody who signed in may go.
    """
    mine, reader = house(request), reader_of(request)
    if reader.session is None:
        raise KervanError("web.not_signed_in", status=401)
    with mine.connection() as conn:
        one = workspaces.find(conn, key)
        if one.key not in _member_of(conn, mine, reader):
            raise KervanError("kernel.workspace_unknown", status=404, workspace=key[:40])
        if one.closed_at is not None:
            facts = {"name": one.name, "workspace": one.key}
            raise KervanError("kernel.workspace_closed", status=410, **facts)
        secret = access.make_link(conn, reader.owner, lasts=access.VISIT)
    return Way(address=f"{workspaces.address(mine.installed, one)}/sign-in?token={secret}")


def _begun(mine: House, reader: Reader, key: str) -> Space:
    """Make its tables, again where they were begun, and let it work."""
    assert mine.ground is not None
    mine.ground.prepare(key)
    with mine.connection() as conn:
        workspaces.close(conn, key, None)
        member = _member_of(conn, mine, reader)
        return _space(mine, workspaces.find(conn, key), member=key in member)


def _must_be_first(conn: Connection, mine: House) -> None:
    here = workspaces.find(conn, mine.config.workspace)
    if not here.is_first or mine.ground is None:
        raise KervanError("web.workspaces_elsewhere", status=409)


def _beside(conn: Connection, key: str) -> Workspace:
    one = workspaces.find(conn, key)
    if one.is_first:
        raise KervanError("kernel.workspace_first", status=409, workspace=key)
    return one


def _member_of(conn: Connection, mine: House, reader: Reader) -> set[str]:
    if reader.kind == "key":
        return {mine.config.workspace}
    if reader.owner == access.COMMAND_LINE:
        return {one.key for one in workspaces.known(conn)}
    return users.places(conn, reader.owner)


def _space(mine: House, one: Workspace, *, member: bool) -> Space:
    first = mine.installed
    return Space(
        key=one.key,
        name=one.name or one.key,
        address=workspaces.address(first, one),
        first=one.is_first,
        here=one.key == mine.config.workspace,
        member=member,
        country=one.country or first.country,
        timezone=one.timezone or first.timezone,
        opened_at=one.created_at,
        closed_at=one.closed_at,
    )
