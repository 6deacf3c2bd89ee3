"""Blocks: pieces of templates that many messages share, with their versions."""

from datetime import datetime
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.content.blocks import store
from kervan.content.blocks.definition import Block, read
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.web import audit
from kervan.web.api import body
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(prefix="/blocks")


class Past(BaseModel):
    """One version of a block."""

    version: int
    block: dict[str, Any]
    at: datetime
    by: str


class Planned(BaseModel):
    """What applying a block does: `change` is new, changed or same."""

    key: str
    change: str
    version: int
    before: int
    said: str


@router.get("", dependencies=[right("journeys.read")])
def all_blocks(request: Request) -> list[dict[str, Any]]:
    """Every block as it is now, by key."""
    with house(request).connection() as conn:
        found = store.live(conn)
    return [_plain(found[key]) for key in sorted(found)]


@router.get("/{key}", dependencies=[right("journeys.read")])
def versions(request: Request, key: str) -> list[Past]:
    """Every version of a block, the first one first. Raises content.block_none (404)."""
    with house(request).connection() as conn:
        found = store.versions(conn, key)
    return [
        Past(version=one.number, block=_plain(one.block), at=one.at, by=one.by) for one in found
    ]


@router.put("/{key}", dependencies=[right("journeys.edit")])
def apply(request: Request, key: str, raw: body.Raw, *, plan: bool = False) -> Planned:
    """Make the block what this definition says; doing it twice does nothing the second time.

    Messages take it in when they are applied again. With `plan` nothing is done. Raises
    content.block_invalid, content.message_other_key (422), and content.* for its templates.
    """
    wanted = read(body.read(raw, _Raw).whole(key))
    with house(request).connection() as conn:
        if plan:
            audit.changed_nothing(request)
            done = store.plan(conn, wanted)
        else:
            done = store.apply(conn, wanted, clock.now(), str(reader_of(request).id))
            if done.change == store.SAME:
                audit.changed_nothing(request)
            else:
                audit.record(conn, request, f"block.{done.change}", key=key, version=done.number)
    return Planned(
        key=key,
        change=done.change,
        version=done.number,
        before=done.before,
        said=done.say(locale_of(request)),
    )


class _Raw(msgspec.Struct):
    key: str
    name: Any = None
    pieces: Any = None
    language: Any = ""

    def whole(self, key: str) -> dict[str, Any]:
        """The definition as it came. Raises content.message_other_key (422)."""
        if self.key != key:
            facts = {"key": key[:80], "given": self.key[:80]}
            raise KervanError("content.message_other_key", status=422, **facts)
        return msgspec.structs.asdict(self)


def _plain(block: Block) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(block)
    return found
