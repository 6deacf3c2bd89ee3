"""Saved views of the list of people: each reader's own filter, order and columns under a name."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.kernel import clock, sql
from kervan.kernel.errors import KervanError
from kervan.web import audit
from kervan.web.api.accept import Text
from kervan.web.auth import right
from kervan.web.people.choose import Filter
from kervan.web.people.listing import By
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/people/views", tags=["people"])
_SQL = sql.load(__package__, "views.sql")
MOST = 50
_MOST_CHARS = 100_000


class View(BaseModel, extra="forbid"):
    """What a view shows; it keeps no search text, which may be somebody's name."""

    name: Annotated[Text, Field(min_length=1, max_length=80)]
    segment: Text | None = None
    tree: Filter | None = None
    by: By = "last_seen"
    descending: bool = True
    columns: Annotated[list[Text], Field(max_length=40)] = []


class Kept(View):
    """A view as it is kept."""

    id: UUID
    changed_at: datetime


@router.get("", dependencies=[right("people.read")])
def my_views(request: Request) -> list[Kept]:
    """The reader's own views, by name."""
    with house(request).connection() as conn:
        rows = conn.execute(_SQL.mine, _whose(request)).fetchall()
    return [
        Kept(**{**msgspec.json.decode(view), "name": name, "id": id_, "changed_at": at})
        for id_, name, view, at in rows
    ]


@router.put("/{view}", dependencies=[right("people.read")])
def keep_view(request: Request, view: UUID, said: View) -> Kept:
    """Keep a view under an id of the reader's making; the same again changes nothing.

    Raises web.view_too_large (422), web.too_many_views (409), web.view_of_another (409).
    """
    at = clock.now()
    text = msgspec.json.encode(said.model_dump(exclude={"name"})).decode()
    if len(text) > _MOST_CHARS:
        raise KervanError("web.view_too_large", status=422, most=_MOST_CHARS)
    whose = {**_whose(request), "id": view}
    with house(request).connection() as conn:
        (others,) = conn.execute(_SQL.count, whose).fetchone() or (0,)
        if others >= MOST:
            raise KervanError("web.too_many_views", status=409, most=MOST)
        done = conn.execute(_SQL.keep, {**whose, "name": said.name, "view": text, "at": at})
        if not done.rowcount:
            raise KervanError("web.view_of_another", status=409)
        audit.record(conn, request, "people.view_kept", view=str(view))
    return Kept(**said.model_dump(), id=view, changed_at=at)


@router.delete("/{view}", status_code=204, dependencies=[right("people.read")])
def drop_view(request: Request, view: UUID) -> None:
    """Forget a view of the reader's; one that is not there is forgotten already."""
    with house(request).connection() as conn:
        conn.execute(_SQL.drop, {**_whose(request), "id": view})
        audit.record(conn, request, "people.view_dropped", view=str(view))


def _whose(request: Request) -> dict[str, object]:
    return {"owner": reader_of(request).owner, "workspace": house(request).config.workspace}
