"""The audit log: who changed what, who saw whose personal data."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from kervan.kernel import i18n
from kervan.web import audit
from kervan.web.api.accept import Number64, Text
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/audit", tags=["audit"])


class Line(BaseModel):
    """One deed; `actor` is the id of a user or key, `name` what it is called today.

    `said` is the deed in the reader's language, "" where it has no words.
    """

    id: int
    at: datetime
    actor_kind: str
    actor: str
    name: str
    roles: list[str]
    right: str
    route: str
    what: str
    said: str
    facts: dict[str, Any]
    network: str


class Lines(BaseModel):
    """A page of the log; `before` asks for the next one, None when there is no more."""

    lines: list[Line]
    before: int | None


class Proof(BaseModel):
    """How many lines the chain of hashes vouches for, and where it breaks if it does."""

    sealed: int
    broken_at: int | None


@router.get("", dependencies=[right("audit.read")])
def lines(
    request: Request,
    actor: Text | None = None,
    what: Text | None = None,
    person: Text | None = None,
    before: Number64 = audit.LATEST,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> Lines:
    """The newest lines: of one actor, of one kind of deed, about one person's public id."""
    mine, locale = house(request), locale_of(request)
    with mine.connection() as conn:
        found = audit.entries(
            conn,
            mine.config.workspace,
            actor=actor,
            what=what,
            person=person,
            before=before,
            limit=limit,
        )
    return Lines(
        lines=[
            Line(
                id=one.id,
                at=one.at,
                actor_kind=one.actor_kind,
                actor=one.actor,
                name=one.name,
                roles=one.roles,
                right=one.right,
                route=one.route,
                what=one.what,
                said=_said(one.what, locale),
                facts=one.facts,
                network=one.network,
            )
            for one in found
        ],
        before=found[-1].id if len(found) == limit else None,
    )


def _said(what: str, locale: str) -> str:
    key = "web.did_audit_" + what.replace(".", "_")
    said = i18n.say(key, locale)
    return "" if said == key else said


@router.get("/proof", dependencies=[right("audit.read")])
def proof(request: Request) -> Proof:
    """Check the chain of hashes from its beginning."""
    with house(request).connection() as conn:
        while audit.step(conn):
            pass
        sealed, broken_at = audit.verify(conn)
    return Proof(sealed=sealed, broken_at=broken_at)
