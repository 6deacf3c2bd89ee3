"""Streams everybody as a file: the same columns that `kervan export people` writes."""

from collections.abc import Iterator
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from kervan.collect import write_people
from kervan.kernel import clock, postgres
from kervan.web import audit
from kervan.web.auth import right
from kervan.web.state import House, house

router = APIRouter(tags=["people"])
_TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}


@router.get("/export", dependencies=[right("people.export")], response_class=StreamingResponse)
def export_people(request: Request, form: Literal["csv", "ndjson"] = "csv") -> StreamingResponse:
    """Everybody as of one instant, in the clear; the audit log says who took it and when."""
    mine = house(request)
    with mine.connection() as conn:
        audit.record(conn, request, "people.exported", form=form)
    name = f"people-{clock.now():%Y-%m-%d}.{form}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    }
    return StreamingResponse(lines(mine, form), media_type=_TYPES[form], headers=headers)


def lines(mine: House, form: str) -> Iterator[bytes]:
    """The pieces of the file, over a connection of their own that is closed at the end."""
    config = mine.config
    with postgres.connect(config.postgres_url, workspace=config.workspace) as conn:
        conn.isolation_level = postgres.ONE_INSTANT
        write = write_people.csv_lines if form == "csv" else write_people.ndjson_lines
        yield from write(lambda: write_people.records(conn, mine.keys))
