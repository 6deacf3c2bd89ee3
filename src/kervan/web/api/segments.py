"""Segments: questions about people under a key, with their versions and who uses them."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Header, Request, Response
from pydantic import BaseModel

from kervan.kernel.errors import KervanError
from kervan.segments.definitions import naming, store, users
from kervan.segments.definitions.store import Segment
from kervan.segments.describe import Names, describe
from kervan.web import audit
from kervan.web.api import (
    body,
    segment_columns,
    segment_members,
    segment_preview,
    segment_said,
    segment_sync,
    segment_templates,
)
from kervan.web.api.segment_columns import Column
from kervan.web.api.segment_trees import author, plain, tree_of, tree_or_template
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/segments", tags=["segments"])
router.include_router(segment_templates.router)
router.include_router(segment_members.router)
router.include_router(segment_preview.router)
router.include_router(segment_sync.router)
_sentences = segment_said.Sentences()
Match = Annotated[str, Header(alias="if-match", max_length=100)]


class Summary(BaseModel):
    """One segment; `sort` list is an imported one, `sentence` says in words who belongs to it."""

    key: str
    name: str
    sort: str
    state: str
    version: int
    sentence: str
    created_at: datetime
    changed_at: datetime
    changed_by: str


class Listed(Summary):
    """The same with figures, where they were asked for.

    `people` are in now, `week` more than a week ago; null while who belongs to it is being found,
    and for what is not known: an archived one, the growth of a list. `uses` counts by kind
    (segment, journey, message, onsite, broadcast, audience, sync) who asks for it.
    """

    people: int | None = None
    week: int | None = None
    uses: dict[str, int] | None = None


class Whole(Summary):
    """The same with its rule tree; None for an imported list."""

    tree: dict[str, Any] | None


class Past(BaseModel):
    """One tree that a segment has or had."""

    version: int
    tree: dict[str, Any]
    sentence: str
    at: datetime
    by: str


class User(BaseModel):
    """Something that asks for a segment: its kind (segment, journey, message, onsite, broadcast,
    audience, sync), key and name; `holds` where the segment stays while it is there."""

    kind: str
    key: str
    name: str
    holds: bool


class NewSegment(BaseModel, extra="forbid"):
    """A segment to be made: of a rule tree, of a template, or an imported list without either."""

    key: str
    name: str
    sort: Literal["tree", "list"] = "tree"
    tree: dict[str, Any] | None = None
    template: str | None = None
    values: dict[str, int | float | str | list[str]] = {}


class NewContent(BaseModel, extra="forbid"):
    """What is to be different; what is left out stays."""

    name: str | None = None
    tree: dict[str, Any] | None = None


class _New(msgspec.Struct, forbid_unknown_fields=True):
    key: str
    name: str
    sort: Literal["tree", "list"] = "tree"
    tree: msgspec.Raw = msgspec.Raw()
    template: str | None = None
    values: dict[str, Any] = {}


class _Content(msgspec.Struct, forbid_unknown_fields=True):
    name: str | None = None
    tree: msgspec.Raw = msgspec.Raw()


@router.get("", dependencies=[right("segments.read")])
def all_segments(
    request: Request, state: Literal["active", "archived", "all"] = "active", figures: bool = False
) -> list[Listed]:
    """Every segment, by key, but for those that a journey's own rule is kept in.

    With `figures` also its people, its growth and who asks for it; those are some seconds old.
    """
    states = store.EVERY_STATE if state == "all" else (state,)
    mine = house(request)
    with mine.connection() as conn:
        found, names = store.every(conn, states), naming.names(conn, locale_of(request))
        columns = segment_columns.columns(conn, mine, found) if figures else {}
    found = [one for one in found if not one.created_by.startswith(store.JOURNEYS_OWN)]
    said = _sentences.say([one.tree for one in found], locale_of(request), names)
    none = Column(None, None, None)
    return [
        Listed(**_facts(one, sentence), people=of.people, week=of.week, uses=of.uses)
        for one, sentence in zip(found, said, strict=True)
        for of in (columns.get(one.key, none),)
    ]


@router.post(
    "",
    status_code=201,
    dependencies=[right("segments.manage")],
    openapi_extra=body.described(NewSegment),
)
def create(request: Request, response: Response, raw: body.Raw) -> Whole:
    """Make a segment; 200 and the one there is when it was made like this before.

    Raises segments.not_valid (422) with all problems of the tree, segments.template_unknown (404),
    segments.key_taken, segments.too_many (409), segments.bad_key, segments.bad_name (422).
    """
    new = body.read(raw, _New)
    tree = tree_or_template(new.tree, new.template, new.values)
    if (tree is None) != (new.sort == "list"):
        raise KervanError("segments.tree_or_list", status=422)
    mine = house(request)
    with mine.connection() as conn:
        limit = mine.config.segments_limit
        made, is_new = store.create(conn, new.key, new.name, tree, author(request), limit)
        if is_new:
            audit.record(conn, request, "segment.created", key=made.key)
        audit.changed_nothing(request)
        response.status_code = 201 if is_new else 200
        return _whole(request, response, made, naming.names(conn, locale_of(request)))


@router.get("/{key}", dependencies=[right("segments.read")])
def one_segment(request: Request, response: Response, key: str) -> Whole:
    """One segment; the header ETag is its version. Raises segments.not_found (404)."""
    with house(request).connection() as conn:
        return _whole(
            request, response, store.get(conn, key), naming.names(conn, locale_of(request))
        )


@router.patch(
    "/{key}", dependencies=[right("segments.manage")], openapi_extra=body.described(NewContent)
)
def change(
    request: Request, response: Response, key: str, raw: body.Raw, if_match: Match = ""
) -> Whole:
    """Give a segment another name or tree; another tree is a new version.

    With the version you read in If-Match, a change that somebody else made meanwhile is not lost:
    segments.changed_meanwhile (409). Raises also segments.not_found (404), segments.not_valid
    (422) and segments.is_archived (409).
    """
    new = body.read(raw, _Content)
    tree, expected = tree_of(new.tree), _version(if_match)
    with house(request).connection() as conn:
        made, differs = store.change(
            conn, key, author(request), name=new.name, tree=tree, expected=expected
        )
        if differs:
            audit.record(conn, request, "segment.changed", key=key, version=made.version)
        audit.changed_nothing(request)
        return _whole(request, response, made, naming.names(conn, locale_of(request)))


@router.post("/{key}/archive", status_code=204, dependencies=[right("segments.manage")])
def archive(request: Request, key: str) -> None:
    """Ask a segment no more; it can be restored.

    Raises segments.not_found (404), and segments.in_use (409) with the names of its users.
    """
    with house(request).connection() as conn:
        if store.archive(conn, key, author(request)):
            audit.record(conn, request, "segment.archived", key=key)
        audit.changed_nothing(request)


@router.post("/{key}/restore", status_code=204, dependencies=[right("segments.manage")])
def restore(request: Request, key: str) -> None:
    """Make an archived segment active again.

    Raises segments.not_found (404), segments.too_many (409), and segments.not_valid (422) when it
    names one that is archived itself.
    """
    mine = house(request)
    with mine.connection() as conn:
        if store.restore(conn, key, author(request), mine.config.segments_limit):
            audit.record(conn, request, "segment.restored", key=key)
        audit.changed_nothing(request)


@router.get("/{key}/versions", dependencies=[right("segments.read")])
def versions(request: Request, key: str) -> list[Past]:
    """Every tree a segment has had, the first one first. Raises segments.not_found (404)."""
    with house(request).connection() as conn:
        found, names = store.versions(conn, key), naming.names(conn, locale_of(request))
    return [
        Past(
            version=one.version,
            tree=plain(one.tree),
            sentence=describe(one.tree, locale_of(request), names),
            at=one.at,
            by=one.by,
        )
        for one in found
    ]


@router.get("/{key}/uses", dependencies=[right("segments.read")])
def uses(request: Request, key: str) -> list[User]:
    """Who asks for a segment; while anybody `holds` it, it is not archived.

    Raises segments.not_found (404).
    """
    with house(request).connection() as conn:
        store.get(conn, key)
        found = [(one, True) for one in store.uses(conn, key)]
        found += [(one, False) for one in users.heard(conn).get(key, [])]
    return [User(kind=one.kind, key=one.key, name=one.name, holds=holds) for one, holds in found]


def _whole(request: Request, response: Response, one: Segment, names: Names) -> Whole:
    response.headers["ETag"] = f'"{one.version}"'
    tree = None if one.tree is None else plain(one.tree)
    said = "" if one.tree is None else describe(one.tree, locale_of(request), names)
    return Whole(**_facts(one, said), tree=tree)


def _facts(one: Segment, said: str) -> dict[str, Any]:
    return {
        "key": one.key,
        "name": one.name,
        "sort": one.sort,
        "state": one.state,
        "version": one.version,
        "sentence": said,
        "created_at": one.created_at,
        "changed_at": one.changed_at,
        "changed_by": one.changed_by,
    }


def _version(if_match: str) -> int | None:
    if if_match.strip() in ("", "*"):
        return None
    found = re.fullmatch(r'\s*(?:W/)?"?([0-9]{1,9})"?\s*', if_match)
    if found is None:
        raise KervanError("segments.bad_version", status=400, given=if_match)
    return int(found[1])
