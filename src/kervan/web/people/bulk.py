"""What is done with many people at once: put onto a list, taken out as a file; counted first."""

import csv
import io
from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from clickhouse_connect.driver.exceptions import DatabaseError
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from kervan.collect import people_rows
from kervan.kernel import clock, log, postgres
from kervan.kernel.errors import KervanError
from kervan.profiles import read as profiles
from kervan.segments.definitions import lists
from kervan.segments.live import store as membership
from kervan.web import audit
from kervan.web.api import body
from kervan.web.api.search import full_name
from kervan.web.auth import right
from kervan.web.people import choose
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/people/chosen", tags=["people"])
MOST_LISTED = 200_000
_AT_ONCE = 2_000
_TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}
_NAMES = ["person", "name", "email", "phone"]
_BOM = b"\xef\xbb\xbf"
_log = log.get("web")


class ToList(BaseModel, extra="forbid"):
    """Who comes onto which list; with `plan` they are only counted."""

    whom: choose.Whom
    key: str
    plan: bool = False


class _ToList(msgspec.Struct, forbid_unknown_fields=True):
    whom: choose.WhomRead
    key: str
    plan: bool = False


class Counted(BaseModel):
    """How many are meant, and how many of them are on the list already."""

    people: int
    already: int


class ToFile(BaseModel, extra="forbid"):
    """Who is taken out, in which form."""

    whom: choose.Whom
    form: Literal["csv", "ndjson"] = "csv"


class _ToFile(msgspec.Struct, forbid_unknown_fields=True):
    whom: choose.WhomRead
    form: Literal["csv", "ndjson"] = "csv"


@router.post("/list", dependencies=[right("segments.manage")], openapi_extra=body.described(ToList))
async def onto_list(request: Request, raw: body.Raw) -> Counted:
    """Put people onto a list; the same again changes nothing. With `plan` nothing is done.

    Raises segments.not_found (404), segments.is_no_list, segments.is_archived (409),
    web.too_many_chosen (422).
    """
    asked = body.read(raw, _ToList)
    numbers = await choose.chosen(request, asked.whom)
    return await run_in_threadpool(_onto, request, asked, numbers)


def _onto(request: Request, asked: _ToList, numbers: list[int]) -> Counted:
    mine = house(request)
    with mine.connection() as conn:
        known = lists.open_list(conn, asked.key)
        if len(numbers) > MOST_LISTED:
            raise KervanError(
                "web.too_many_chosen", status=422, count=len(numbers), most=MOST_LISTED
            )
        on_it = set(membership.members(conn, known.number).tolist())
        counted = Counted(people=len(numbers), already=len(on_it.intersection(numbers)))
        if asked.plan:
            audit.changed_nothing(request)
            return counted
        lists.put(conn, known.number, numbers, clock.now(), gone=False)
        facts = {"added": len(numbers), "removed": 0}
        audit.record(conn, request, "segment.members_changed", key=asked.key, **facts)
    try:
        with mine.connection() as conn:
            lists.step(conn, mine.history)
    except (DatabaseError, KervanError) as error:
        _log.warning("list_waits", error=type(error).__name__)  # a worker tells it later
    return counted


@router.post(
    "/export",
    dependencies=[right("people.export")],
    openapi_extra=body.described(ToFile),
    response_class=StreamingResponse,
)
async def to_file(request: Request, raw: body.Raw) -> StreamingResponse:
    """People as a file, in the clear; the audit log says who took it, of how many people."""
    asked = body.read(raw, _ToFile)
    numbers = await choose.chosen(request, asked.whom)
    await run_in_threadpool(_note, request, asked, len(numbers))
    headers = {
        "Content-Disposition":
            f'attachment; filename="people-{clock.now():%Y-%m-%d}.{asked.form}"',
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    }  # fmt: skip
    pieces = _lines(house(request), numbers, asked.form)
    return StreamingResponse(pieces, media_type=_TYPES[asked.form], headers=headers)


def _note(request: Request, asked: _ToFile, count: int) -> None:
    whom = asked.whom
    by = "people" if whom.people else f"segment {whom.segment}" if whom.segment else "filter"
    with house(request).connection() as conn:
        audit.record(conn, request, "people.exported", form=asked.form, people=count, of=by)


def _lines(mine: House, numbers: list[int], form: str) -> Iterator[bytes]:
    """The pieces of the file, over a connection of their own that is closed at the end."""
    config = mine.config
    if form == "csv":
        yield _BOM + _csv([_NAMES])
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        for start in range(0, len(numbers), _AT_ONCE):
            found = profiles.contacts(conn, mine.keys, numbers[start : start + _AT_ONCE])
            rows = [[str(one.id), full_name(one), one.email, one.phone] for one in found.values()]
            if form == "csv":
                yield _csv(rows)
            else:
                plain: list[dict[str, Any]] = [dict(zip(_NAMES, row, strict=True)) for row in rows]
                yield b"".join(msgspec.json.encode(row) + b"\n" for row in plain)


def _csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([people_rows.guarded(cell) for cell in row] for row in rows)
    return out.getvalue().encode()
