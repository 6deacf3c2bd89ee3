"""Reads whom a list or a deed is about: everybody, a segment, a rule tree, or people by name."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.segments import ask
from kervan.segments.columns import Uint32
from kervan.segments.definitions import naming, store
from kervan.segments.definitions.resolve import named, resolve
from kervan.segments.describe import describe
from kervan.segments.lower import Core
from kervan.segments.tree import All, Member, Node
from kervan.web import asking
from kervan.web.api import segment_trees
from kervan.web.state import house

MOST_NAMED = 10_000
Filter = dict[str, Any]


class Whom(BaseModel, extra="forbid"):
    """People by their public ids, or all whom a segment or a rule tree is about; of neither: all.

    `but` are left out. At most 10,000 ids on each side.
    """

    people: list[UUID] = []
    segment: str | None = None
    tree: Filter | None = None
    but: list[UUID] = []


class WhomRead(msgspec.Struct, forbid_unknown_fields=True):
    """`Whom` as it is read: the tree stays as it came."""

    people: Annotated[list[UUID], msgspec.Meta(max_length=MOST_NAMED)] = []
    segment: str | None = None
    tree: msgspec.Raw = msgspec.Raw()
    but: Annotated[list[UUID], msgspec.Meta(max_length=MOST_NAMED)] = []


def node_of(segment: str | None, tree: msgspec.Raw) -> Node:
    """What a filter is about: everybody where it names nothing.

    Raises segments.not_valid, segments.one_question (422).
    """
    said = segment_trees.tree_of(tree)
    if said is not None and segment:
        raise KervanError("segments.one_question", status=422)
    if segment:
        return Member(segment)
    return All(()) if said is None else said


def is_everybody(node: Node) -> bool:
    """Whether a filter leaves nobody out."""
    return node == All(())


def core_of(conn: Connection, node: Node) -> Core:
    """A tree with the segments it names. Raises segments.not_valid (422)."""
    if not any(named(node)):
        return resolve(node, {}, {})
    return resolve(node, store.trees(conn), store.lists(conn))


def sentence_of(conn: Connection, node: Node, locale: str) -> str:
    """A filter in words, "" for everybody."""
    return "" if is_everybody(node) else describe(node, locale, naming.names(conn, locale))


async def members(request: Request, node: Node) -> Uint32:
    """Who is in, as numbers that rise; ends when the reader goes away.

    Raises segments.not_valid (422), segments.too_slow, segments.too_costly (503).
    """

    def prepare() -> Core:
        with house(request).connection() as conn:
            return core_of(conn, node)

    core = await run_in_threadpool(prepare)
    at_ms = clock.now_ms()
    return await asking.while_there(request, lambda client: ask.members(client, core, at_ms))


async def chosen(request: Request, whom: WhomRead) -> list[int]:
    """The numbers of all who are meant, rising. Raises as `members`; unknown ids are left out."""
    people, but = await run_in_threadpool(_numbers, request, whom)
    if whom.people:
        return sorted(set(people) - set(but))
    found = await members(request, node_of(whom.segment, whom.tree))
    without = set(but)
    return [one for one in found.tolist() if one not in without]


def _numbers(request: Request, whom: WhomRead) -> tuple[list[int], list[int]]:
    with house(request).connection() as conn:
        return heads_of(conn, whom.people), heads_of(conn, whom.but)


def heads_of(conn: Connection, ids: list[UUID]) -> list[int]:
    """The heads of the profiles with these public ids, each once; unknown ones are left out."""
    if not ids:
        return []
    found = profiles.by_ids(conn, ids)
    return sorted(set(profiles.heads(conn, found).values()))
