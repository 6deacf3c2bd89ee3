"""Members of segments: brought onto an imported list, and taken out as a file."""

import csv
import io
from collections.abc import Iterator
from typing import Literal
from uuid import UUID

import msgspec
from clickhouse_connect.driver.exceptions import DatabaseError
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from kervan.collect import people_rows
from kervan.kernel import clock, log, postgres
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.segments import ask
from kervan.segments.columns import Uint32
from kervan.segments.definitions import lists, store
from kervan.segments.definitions.resolve import resolve
from kervan.segments.lower import Core, Listed
from kervan.web import asking, audit
from kervan.web.api import body
from kervan.web.auth import may, right
from kervan.web.errors import locale_of
from kervan.web.state import House, house

router = APIRouter(tags=["segments"])
_log = log.get("web")
_TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}
_BOM = b"\xef\xbb\xbf"
_AT_ONCE = 2_000
_NO_CONTACTS = ["", ""]


class Names(BaseModel, extra="forbid"):
    """Whom a change names: customer ids, e-mails, phones, public ids of people."""

    customer_id: list[str] = []
    email: list[str] = []
    phone: list[str] = []
    person: list[str] = []


class ListChange(BaseModel, extra="forbid"):
    """Who is to be on the list, and who no more; whom both name is no more."""

    add: Names = Names()
    remove: Names = Names()


class Left(BaseModel):
    """An entry that was not taken: where it stands (`add.email[3]`), and why."""

    path: str
    code: str
    message: str


class Taken(BaseModel):
    """How many people were named on each side, and which entries named nobody.

    `waiting` changes are safe, but segments do not see them yet.
    """

    added: int
    removed: int
    refused: list[Left]
    waiting: int


@router.post(
    "/{key}/members",
    dependencies=[right("segments.manage")],
    openapi_extra=body.described(ListChange),
)
def change_members(request: Request, key: str, raw: body.Raw) -> Taken:
    """Put people onto an imported list or take them off it, at most 10,000 a call.

    Entries that name nobody are reported, all others taken; the same again changes nothing. Raises
    segments.not_found (404), segments.is_no_list, segments.is_archived (409),
    segments.too_many_entries (422), web.body_too_large (413).
    """
    wanted = body.read(raw, lists.Change)
    mine, locale = house(request), locale_of(request)
    with mine.connection() as conn:
        taken = lists.record(conn, mine.keys, mine.config.country, key, wanted, clock.now())
        number = store.get(conn, key).number
        facts = {"added": taken.added, "removed": taken.removed}
        audit.record(conn, request, "segment.members_changed", key=key, **facts)
    _tell_history(mine)
    with mine.connection() as conn:
        waiting = lists.waiting(conn, number)
    refused = [Left(path=one.path, code=one.code, message=one.say(locale)) for one in taken.refused]
    return Taken(added=taken.added, removed=taken.removed, refused=refused, waiting=waiting)


@router.get(
    "/{key}/members", dependencies=[right("segments.read")], response_class=StreamingResponse
)
async def export_members(
    request: Request, key: str, form: Literal["csv", "ndjson"] = "csv", contacts: bool = False
) -> StreamingResponse:
    """Who is in a segment now, as a file of public ids, an archived one too.

    With `contacts` also e-mail and phone, for those with the right people.export; the audit log
    says who took them. Raises segments.not_found (404), segments.too_slow (503), web.not_allowed
    (403).
    """
    if contacts and not await run_in_threadpool(may, request, "people.export"):
        raise KervanError("web.not_allowed", status=403, right="people.export")
    core = await run_in_threadpool(_core, request, key, form, contacts)
    at_ms = clock.now_ms()
    people = await asking.while_there(request, lambda client: ask.members(client, core, at_ms))
    name = f"segment-{key}-{clock.now():%Y-%m-%d}.{form}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    }
    pieces = _lines(house(request), people, form, contacts=contacts)
    return StreamingResponse(pieces, media_type=_TYPES[form], headers=headers)


def _core(request: Request, key: str, form: str, contacts: bool) -> Core:
    with house(request).connection() as conn:
        one = store.get(conn, key)
        trees, known = store.trees(conn), store.lists(conn)
        facts = {"key": key, "form": form, "contacts": contacts}
        audit.record(conn, request, "segment.exported", **facts)
    if one.tree is None:
        return Listed(one.number)
    return resolve(one.tree, trees, known, own=key)


def _lines(mine: House, people: Uint32, form: str, *, contacts: bool) -> Iterator[bytes]:
    """The pieces of the file, over a connection of their own that is closed at the end."""
    config = mine.config
    names = ["person", "email", "phone"] if contacts else ["person"]
    if form == "csv":
        yield _BOM + _csv([names])
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        for some in lists.public_ids(conn, people, _AT_ONCE):
            known = _contacts(conn, mine, some) if contacts else {}
            rows = [
                [str(public), *known.get(one, _NO_CONTACTS[: len(names) - 1])]
                for one, public in some
            ]
            if form == "csv":
                yield _csv(rows)
            else:
                yield b"".join(
                    msgspec.json.encode(dict(zip(names, row, strict=True))) + b"\n" for row in rows
                )


def _contacts(conn: Connection, mine: House, some: list[tuple[int, UUID]]) -> dict[int, list[str]]:
    found = profiles.contacts(conn, mine.keys, [one for one, _ in some])
    return {one: [person.email, person.phone] for one, person in found.items()}


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([people_rows.guarded(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _tell_history(mine: House) -> None:
    """What history does not take now, a worker tells it later."""
    try:
        with mine.connection() as conn:
            lists.step(conn, mine.history)
    except (DatabaseError, KervanError) as error:
        _log.warning("list_waits", error=type(error).__name__)
