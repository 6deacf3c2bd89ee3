"""Finds people by any identifier in any writing, or by how their names begin."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kervan.profiles import read as profiles
from kervan.profiles import search
from kervan.web import mask
from kervan.web.api.accept import Text
from kervan.web.auth import right
from kervan.web.state import House, house

router = APIRouter(tags=["people"])
MOST = 100


class Hit(BaseModel):
    """One profile; `by` says what found it (an identifier's kind, name, id).

    `claimed` means that it only says the identifier is its own. Personal data are masked for those
    without the right people.reveal.
    """

    id: uuid.UUID
    name: str
    email: str
    phone: str
    by: str
    claimed: bool


class Hits(BaseModel):
    """What was found, at most `limit`; `more` says that there may be others."""

    people: list[Hit]
    more: bool


@router.get("/search", dependencies=[right("people.read")])
def search_people(
    request: Request, q: Text, limit: Annotated[int, Query(ge=1, le=MOST)] = 20
) -> Hits:
    """People by customer id, e-mail, phone in any writing, card or beginnings of names.

    Of several words all must be in the name; İ, ı, ə, ş and their like are also found as typed on
    a keyboard without them. Nothing that is typed is an error.
    """
    return find(request, house(request), q, limit)


def find(request: Request, mine: House, text: str, limit: int) -> Hits:
    """The same for a page; who sees people unmasked is written into the audit log."""
    with mine.connection() as conn:
        hits = search.find(conn, mine.keys, mine.config.country, text, limit)
        known = profiles.contacts(conn, mine.keys, [one.person for one in hits])
        known = mask.people(request, conn, known)
    people = [
        Hit(
            id=known[one.person].id,
            name=full_name(known[one.person]),
            email=known[one.person].email,
            phone=known[one.person].phone,
            by=one.by,
            claimed=one.claimed,
        )
        for one in hits
        if one.person in known
    ]
    return Hits(people=people, more=len(hits) >= limit)


def full_name(one: profiles.Person) -> str:
    """What somebody is called, as far as it is known."""
    last = str(one.traits.get("lastName") or one.traits.get("last_name") or "")
    first = one.first_name
    return (first if last and first.endswith(last) else f"{first} {last}").strip()[:160]
