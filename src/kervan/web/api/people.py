"""People: who somebody is, and everything that happened to her, newest first."""

import base64
import uuid
from typing import Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kervan.history import read as history
from kervan.insight import timeline as everything
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import identifiers
from kervan.profiles import read as profiles
from kervan.web import mask
from kervan.web.api import export, profile, search
from kervan.web.api.accept import Text
from kervan.web.auth import may, right
from kervan.web.errors import locale_of
from kervan.web.state import House, house

router = APIRouter(prefix="/v1/people", tags=["people"])
router.include_router(search.router)
router.include_router(export.router)
_CURSOR_BYTES = 24  # a time of 8 and an event's id of 16


class Found(BaseModel):
    """The ids of those an identifier belongs to; empty when it is nobody's."""

    people: list[uuid.UUID]


class Happening(BaseModel):
    """One event; `at_ms` in milliseconds since 1970-01-01 UTC, money in minor units."""

    id: str
    at_ms: int
    name: str
    kind: str
    channel: str
    source: int
    order_id: str
    currency: str
    value_minor: int
    properties: dict[str, Any]


class Timeline(BaseModel):
    """A piece of a timeline; `cursor` asks for the next one, None when there is no more."""

    events: list[Happening]
    cursor: str | None


@router.get("", dependencies=[right("people.read")])
def people_with(
    request: Request,
    customer_id: Text | None = None,
    email: Text | None = None,
    phone: Text | None = None,
    card: Text | None = None,
) -> Found:
    """Who owns one identifier, exactly; say one of the four, a “+” in it as %2B.

    Raises web.one_identifier (400).
    """
    said = [
        (kind, value)
        for kind, value in (
            (identifiers.CUSTOMER, customer_id),
            (identifiers.EMAIL, email),
            (identifiers.PHONE, phone),
            (identifiers.CARD, card),
        )
        if value is not None
    ]
    if len(said) != 1:
        raise KervanError("web.one_identifier", status=400)
    ((kind, value),) = said
    mine = house(request)
    with mine.connection() as conn:
        found = profiles.by_identifier(conn, mine.keys, mine.config.country, kind, value)
    return Found(people=found)


@router.get("/{person}", dependencies=[right("people.read")])
def one_person(request: Request, person: uuid.UUID, *, masked: bool = False) -> profile.Profile:
    """A profile by its id, or the one it was merged into. Raises web.person_unknown (404).

    With `masked`, addresses and personal traits are covered also for those who may see them.
    """
    return profile.show(request, house(request), person, locale_of(request), masked=masked)


@router.get("/{person}/timeline", dependencies=[right("people.read")])
def timeline(
    request: Request,
    person: uuid.UUID,
    limit: int = Query(default=100, ge=1, le=1_000),
    cursor: Text | None = None,
) -> Timeline:
    """All that happened with a person, newest first; `cursor` is the last answer's.

    Besides events these are records: decisions about who she is, notes, words about consent.
    Raises web.person_unknown (404), web.cursor_not_good (400).
    """
    mine = house(request)
    after = place(cursor)
    with mine.connection() as conn:
        who = find(conn, person)
        found = everything.read(conn, mine.keys, mine.history, who, limit=limit, after=after)
    whole = may(request, mask.REVEAL)
    return Timeline(
        events=[
            Happening(
                id=one.event_id,
                at_ms=one.at_ms,
                name=one.name,
                kind=one.kind,
                channel=one.channel,
                source=one.source,
                order_id=one.order_id,
                currency=one.currency,
                value_minor=one.value_minor,
                properties=one.properties if whole else mask.anything(one.properties),
            )
            for one in found
        ],
        cursor=cursor_behind(found, limit),
    )


def cursor_behind(found: list[history.Happening], limit: int) -> str | None:
    """The word that asks for what comes behind a piece; None behind the last one."""
    return cursor_of(found[-1]) if len(found) >= limit else None


def cursor_of(one: history.Happening) -> str:
    """The word that asks for what comes behind a happening."""
    last = one.place
    packed = last.at_ms.to_bytes(8, "big") + bytes.fromhex(last.event_id)
    return base64.urlsafe_b64encode(packed).decode()


def place(cursor: str | None) -> history.Place:
    """The place a cursor stands for. Raises web.cursor_not_good (400)."""
    if not cursor:
        return history.LATEST
    try:
        packed = base64.b64decode(cursor, altchars=b"-_", validate=True)
    except ValueError:
        packed = b""
    at_ms = int.from_bytes(packed[:8], "big")
    if len(packed) != _CURSOR_BYTES or at_ms > history.LATEST.at_ms:
        raise KervanError("web.cursor_not_good", status=400)
    return history.Place(at_ms, packed[8:].hex())


def find(conn: Connection, person: uuid.UUID) -> everything.Self:
    """Who a public id stands for today, also that of a merged one.

    Raises web.person_unknown (404).
    """
    number = profiles.by_id(conn, person)
    if not number:
        raise KervanError("web.person_unknown", status=404, person=str(person))
    return everything.whose(conn, number)


def shown(request: Request, people: list[int]) -> dict[int, profiles.Person]:
    """The profiles of these numbers as the reader may see them; an unmasked look is logged."""
    mine = house(request)
    with mine.connection() as conn:
        return mask.people(request, conn, profiles.contacts(conn, mine.keys, people))


def known(mine: House, people: list[int]) -> dict[int, profiles.Person]:
    """The profiles of these numbers in the clear: for who shows nothing of them unmasked."""
    with mine.connection() as conn:
        return profiles.contacts(conn, mine.keys, people)
