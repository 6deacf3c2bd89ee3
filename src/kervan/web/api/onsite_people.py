"""The people behind the numbers of a campaign on the site: of visitors, those who are known."""

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kervan.onsite import results, store
from kervan.profiles import read as profiles
from kervan.web import mask
from kervan.web.api.accept import Number32, Text
from kervan.web.auth import right
from kervan.web.state import house

router = APIRouter(prefix="/v1/onsite", tags=["onsite"])


class OnsiteVisitor(BaseModel):
    """Somebody behind a number: when it last became so."""

    person: uuid.UUID
    first_name: str
    at: datetime


class OnsiteVisitors(BaseModel):
    """A piece of the people behind a number; `after` asks for the next, null: there is no more."""

    people: list[OnsiteVisitor]
    after: int | None


@router.get("/{key}/people", dependencies=[right("people.read")])
def people(
    request: Request,
    key: str,
    of: results.Of,
    variant: Text,
    after: Number32 = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> OnsiteVisitors:
    """The known people behind a number of `/results`, in no order that says anything.

    Names are masked for readers without the right people.reveal. Raises onsite.unknown (404).
    """
    mine = house(request)
    with mine.connection() as conn:
        goal = store.get(conn, key).campaign.goal
    found = results.people(mine.history, key, variant, of, goal, after, limit)
    with mine.connection() as conn:
        heads = profiles.heads(conn, {one for one, _ in found})
        seen = mask.people(
            request, conn, profiles.contacts(conn, mine.keys, sorted(set(heads.values())))
        )
    told = [(seen.get(heads.get(one, one)), at) for one, at in found]
    return OnsiteVisitors(
        people=[
            OnsiteVisitor(person=someone.id, first_name=someone.first_name, at=at)
            for someone, at in told
            if someone is not None  # erased since
        ],
        after=found[-1][0] if len(found) == limit else None,
    )
