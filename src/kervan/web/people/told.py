"""One person's timeline in sentences, all of it or one kind of happening, for the console."""

import uuid
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kervan.history.read import Happening, Place
from kervan.insight import timeline as everything
from kervan.kernel.postgres import Connection
from kervan.web import mask
from kervan.web.api import people
from kervan.web.api.accept import Text
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.pages import timeline
from kervan.web.pages.forms import Forms
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/people", tags=["people"])
Of = Literal["all", "events", "orders", "messages", "journeys", "consents", "notes", "identity"]
_PIECE, _PIECES = 500, 8
_ORDERS = frozenset({"Order Completed", "Order Refunded", "Order Cancelled"})
_CONSENTS = frozenset({"Consent Changed", "Unsubscribed", everything.AGREED})
_JOURNEYS = frozenset({"Journey Entered", "Journey Exited", "Goal Reached"})


class Line(BaseModel):
    """One happening; `sign` is good, bad, mail, warn, way or plain, `message` a message's id."""

    id: str
    at_ms: int
    name: str
    sign: str
    text: str
    detail: str
    of: Of
    message: str
    journey: str
    source: int


class Told(BaseModel):
    """A piece of a timeline, the latest first; `cursor` asks for the next one, null at the end.

    A piece of one kind may be short, even empty, before the end.
    """

    lines: list[Line]
    cursor: str | None


@router.get("/{person}/told", dependencies=[right("people.read")])
def told(
    request: Request,
    person: uuid.UUID,
    of: Of = "all",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Text | None = None,
) -> Told:
    """All that happened with a person in sentences; addresses and numbers in them are masked.

    Raises web.person_unknown (404), web.cursor_not_good (400).
    """
    mine = house(request)
    after = people.place(cursor)
    with mine.connection() as conn:
        who = people.find(conn, person)
        found, more = _read(conn, mine, who, of, limit, after)
    for one in found:
        one.properties.update(mask.anything(one.properties))
    lines = timeline.lines(found, Forms(locale_of(request), mine.config.timezone))
    return Told(
        lines=[
            Line(
                id=one.event_id, at_ms=one.at_ms, name=one.name, sign=line.sign, text=line.text,
                detail=line.detail, of=kind_of(one), source=one.source,
                message=str(one.properties.get("message") or "")[:36],
                journey=str(one.properties.get("journey") or "")[:200],
            )
            for one, line in zip(found, lines, strict=True)
        ],
        cursor=more,
    )  # fmt: skip


def _read(
    conn: Connection, mine: House, who: everything.Self, of: Of, limit: int, after: Place
) -> tuple[list[Happening], str | None]:
    """Enough of one kind, or of all of `_PIECES` pieces what there is of it."""
    size = limit if of == "all" else _PIECE
    kept: list[Happening] = []
    last: Happening | None = None
    for _ in range(_PIECES):
        found = everything.read(conn, mine.keys, mine.history, who, limit=size, after=after)
        mine_ = [one for one in found if of in ("all", kind_of(one))]
        room = limit - len(kept)
        if len(mine_) > room or (len(mine_) == room and len(found) == size):
            kept += mine_[:room]
            return kept, people.cursor_of(kept[-1])
        kept += mine_
        if len(found) < size:
            return kept, None
        after, last = found[-1].place, found[-1]
    return kept, people.cursor_of(last) if last else None


def kind_of(one: Happening) -> Of:
    """What a happening is listed under."""
    if one.name == everything.NOTED:
        return "notes"
    if one.name == everything.DECIDED or one.kind == "identify":
        return "identity"
    if one.name in _CONSENTS:
        return "consents"
    if one.name in _ORDERS:
        return "orders"
    if one.name in _JOURNEYS or one.name.startswith("Segment "):
        return "journeys"
    return "messages" if one.name.startswith("Message ") else "events"
