"""Brings people in from a list: where its columns go, what would be refused, and then for good."""

import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.collect import decode, import_people, importing, intake, people_rows, sources
from kervan.collect.import_people import Settings
from kervan.collect.people_rows import Place
from kervan.collect.read_people import Sheet, open_sheet, rows
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.web import audit
from kervan.web.api.accept import Number64, Plain, Text
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/people/import", tags=["people"])
MOST_CHARS = 8_000_000
"""About a hundred thousand people; more go by `kervan import people`."""
SOURCE = "People"
_EXAMPLES = 3
_EXAMPLE_CHARS = 60
_SHOWN_ROWS = 200


class List(BaseModel):
    """A list as CSV. `columns` say where some columns go; the others go where their name says.

    `at_ms` is when the list was true, its file's own time: the same list again then adds nothing.
    With `plan` nothing is taken.
    """

    text: Plain = Field(min_length=1, max_length=MOST_CHARS)
    columns: dict[Text, Text] = Field(default={}, max_length=500)
    at_ms: Number64 = 0
    plan: bool = True


class Column(BaseModel):
    """A column: the place it goes to (`-` for nowhere), and what its first cells say."""

    name: str
    place: str
    examples: list[str]


class Wrong(BaseModel):
    """What is wrong with a row; one that was `taken` was so without the value."""

    row: int
    taken: bool
    reason: str


class Brought(BaseModel):
    """What was, or with `plan` would be, taken and refused; `wrong` are the first 200 such rows.

    `problem` says why nothing of a planned list can be taken as its columns go now.
    """

    columns: list[Column]
    taken: int
    refused: int
    notes: int
    wrong: Annotated[list[Wrong], Field(max_length=_SHOWN_ROWS)]
    problem: str = ""


@router.post("", dependencies=[right("people.import")])
def bring(request: Request, given: List) -> Brought:
    """Read a list and, without `plan`, take it: all of it or nothing.

    The rows go through the door that everybody's events go through, and are people within seconds.
    Journeys are not triggered. Raises collect.people_* for a list that cannot be read.
    """
    mine = house(request)
    settings = Settings(
        country=mine.config.country,
        zone=mine.config.timezone,
        now_ms=clock.now_ms(),
        columns=given.columns,
        locale=locale_of(request),
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        path.write_text(given.text, "utf-8", errors="replace")
        at = min(given.at_ms or settings.now_ms, settings.now_ms) / 1000
        os.utime(path, (at, at))
        sheet = open_sheet(path, "utf-8")
        places = people_rows.places(sheet.names, settings.columns)
        columns = _columns(sheet, places)
        try:
            people_rows.plan(sheet.names, settings.columns)
        except KervanError as error:
            if not given.plan:
                raise
            audit.changed_nothing(request)
            said = error.say(settings.locale)
            return Brought(columns=columns, taken=0, refused=0, notes=0, wrong=[], problem=said)
        with mine.connection() as conn:
            done = import_people.run(path, _door(mine, conn, given.plan), settings)
            if given.plan:
                audit.changed_nothing(request)
            else:
                facts = {"taken": done.rows_sent, "refused": done.rows_refused}
                audit.record(conn, request, "people.imported", **facts)
        return Brought(
            columns=columns,
            taken=done.rows_sent,
            refused=done.rows_refused,
            notes=done.notes,
            wrong=_wrong(importing.refused_path(path)),
        )


def _door(mine: House, conn: Connection, plan: bool) -> importing.Send:
    """What takes the events; it commits nothing, so that a list is taken whole or not at all."""
    if plan:
        return lambda body: None
    workspace, source = sources.ensure_import(conn, mine.config.workspace, SOURCE)

    def send(body: bytes) -> None:
        count = len(decode.envelope(body).events)
        intake.append(conn, mine.vault, workspace, source, body, count, bulk=True)

    return send


def _columns(sheet: Sheet, places: list[Place]) -> list[Column]:
    first: list[list[Any]] = []
    for row in rows(sheet):
        if row.error is None:
            first.append(row.cells)
        if len(first) == _EXAMPLES:
            break
    return [
        Column(
            name=name,
            place=str(place),
            examples=[str(cells[i])[:_EXAMPLE_CHARS] for cells in first if cells[i]],
        )
        for i, (name, place) in enumerate(zip(sheet.names, places, strict=True))
    ]


def _wrong(path: Path) -> list[Wrong]:
    if not path.is_file():
        return []  # nothing was wrong
    with path.open(encoding="utf-8", errors="replace") as file:
        lines = [json.loads(line) for line, _ in zip(file, range(_SHOWN_ROWS), strict=False)]
    return [Wrong(row=one["row"], taken=one["taken"], reason=one["reason"]) for one in lines]
