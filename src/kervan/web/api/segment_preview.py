"""What an unsaved tree is about, while it is being written: how many, whom, in which words."""

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.profiles import read as profiles
from kervan.segments import ask
from kervan.segments.ask import Told, Wanted
from kervan.segments.definitions import naming, store
from kervan.segments.definitions.resolve import named, resolve
from kervan.segments.describe import describe
from kervan.segments.lower import Core, Kept
from kervan.segments.mirror import memberships
from kervan.segments.tree import Member, Node
from kervan.web import asking, audit, mask
from kervan.web.api import body, search, segment_trees
from kervan.web.auth import may, right
from kervan.web.errors import locale_of
from kervan.web.state import House, house

router = APIRouter(tags=["segments"])
_MOST_OVERLAP = 20
_MOST_SAMPLE = 100


class Question(BaseModel, extra="forbid"):
    """A tree, a template with values, or the key of a segment; and what to tell of it.

    The members of saved segments, the one that is asked for and those of `overlap`, are those of a
    second or two ago. Reach is after suppression and consent for this purpose, topic and brand;
    people of the sample are told by those with the right people.read only.
    """

    tree: dict[str, Any] | None = None
    template: str | None = None
    values: dict[str, int | float | str | list[str]] = {}
    segment: str | None = None
    sample: Annotated[int, Field(ge=0, le=_MOST_SAMPLE)] = 20
    overlap: list[str] = []
    purpose: str = "marketing"
    topic: str = ""
    brand: str = ""


class Example(BaseModel):
    """One of the people: her public id, and her initials."""

    id: str
    name: str


class Shared(BaseModel):
    """How many people another segment has, and how many of them are among these."""

    key: str
    name: str
    shared: int
    size: int


class Preview(BaseModel):
    """The answer as of one instant; `reach` by channel, `took_ms` in milliseconds."""

    count: int
    reach: dict[str, int]
    sample: list[Example]
    overlap: list[Shared]
    sentence: str
    took_ms: int


class _Asked(msgspec.Struct, forbid_unknown_fields=True):
    tree: msgspec.Raw = msgspec.Raw()
    template: str | None = None
    values: dict[str, Any] = {}
    segment: str | None = None
    sample: Annotated[int, msgspec.Meta(ge=0, le=_MOST_SAMPLE)] = 20
    overlap: Annotated[list[str], msgspec.Meta(max_length=_MOST_OVERLAP)] = []
    purpose: Annotated[str, msgspec.Meta(min_length=1, max_length=200)] = "marketing"
    topic: Annotated[str, msgspec.Meta(max_length=200)] = ""
    brand: Annotated[str, msgspec.Meta(max_length=200)] = ""


@dataclass(frozen=True, slots=True)
class _Ready:
    core: Core | Kept
    wanted: Wanted
    sentence: str
    others: list[tuple[str, str]]


@router.post(
    "/preview", dependencies=[right("segments.read")], openapi_extra=body.described(Question)
)
async def preview(request: Request, raw: body.Raw) -> Preview:
    """Count a tree that need not be saved, with some of its people and whom channels reach.

    Asking ends when the reader closes the connection. Raises segments.not_valid (422) with all
    problems and their places, segments.one_question (422), segments.too_slow,
    segments.too_costly (503).
    """
    began = clock.monotonic()
    at_ms = clock.now_ms()
    ready = await run_in_threadpool(_prepare, request, raw)
    told = await asking.while_there(
        request, lambda client: ask.ask(client, ready.core, at_ms, ready.wanted)
    )
    sample = await run_in_threadpool(_examples, house(request), told)
    audit.changed_nothing(request)
    overlap = [
        Shared(key=key, name=name, shared=shared, size=size)
        for (key, name), (shared, size) in zip(ready.others, told.overlap, strict=True)
    ]
    return Preview(
        count=told.count,
        reach=dict(told.reach),
        sample=sample,
        overlap=overlap,
        sentence=ready.sentence,
        took_ms=round((clock.monotonic() - began) * 1000),
    )


def _prepare(request: Request, raw: bytes) -> _Ready:
    asked = body.read(raw, _Asked)
    locale = locale_of(request)
    node = _node(asked)
    with house(request).connection() as conn:
        names = naming.names(conn, locale)
        # The trees of two hundred segments are not read for one that names none.
        names_others = bool(asked.overlap) or any(named(node))
        known = store.every(conn) if names_others else []
        trees = {one.key: one.tree for one in known if one.tree is not None}
        lists = {one.key: one.number for one in known if one.tree is None}
        whole = resolve(node, trees, lists)
        numbers = {one.key: one.number for one in known}
        cores = {numbers.get(key, 0): resolve(Member(key), trees, lists) for key in asked.overlap}
        if asked.segment is not None:
            cores[numbers.get(asked.segment, 0)] = whole
        kept = memberships.kept(conn, cores) if cores else {}
        core = whole if asked.segment is None else kept[numbers.get(asked.segment, 0)]
    others = [(key, names.segments.get(key, key)) for key in asked.overlap]
    wanted = Wanted(
        sample=asked.sample if may(request, "people.read") else 0,
        overlap=tuple(kept[numbers[key]] for key in asked.overlap),
        purpose=asked.purpose,
        topic=asked.topic,
        brand=asked.brand,
    )
    return _Ready(core, wanted, describe(node, locale, names), others)


def _node(asked: _Asked) -> Node:
    tree = segment_trees.tree_or_template(asked.tree, asked.template, asked.values)
    if (tree is None) == (asked.segment is None):
        raise KervanError("segments.one_question", status=422)
    return Member(asked.segment or "") if tree is None else tree


def _examples(mine: House, told: Told) -> list[Example]:
    """Masked for everybody: who sees people unmasked is noted, and this is asked at each key."""
    if not told.sample:
        return []
    with mine.connection() as conn:
        known = profiles.contacts(conn, mine.keys, list(told.sample))
    return [
        Example(id=str(known[one].id), name=search.full_name(mask.person(known[one])))
        for one in told.sample
        if one in known
    ]
