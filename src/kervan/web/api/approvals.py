"""Approvals: texts that wait for a second person, her decision, and what needs one at all."""

import uuid
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Query, Request
from pydantic import AwareDatetime, BaseModel, Field

from kervan.consent import packs
from kervan.journeys.approval import decide, store
from kervan.journeys.approval.store import Asked, Kind, Proposal, Scope, Wanted
from kervan.journeys.approval.texts import Place
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.web import audit
from kervan.web.api.accept import Plain
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/approvals", tags=["journeys"])


class Waiting(BaseModel):
    """A proposal: `before` is the version it was written over, people are the ids of users."""

    id: uuid.UUID
    kind: Kind
    key: str
    name: str
    before: int
    state: str
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    note: str
    version: int | None


class Whole(Waiting):
    """The same with the text itself: a message or a policy as JSON, a journey as it was written."""

    text: str


class Decision(BaseModel):
    """What to tell its author; a text is sent back with a word why."""

    note: Plain = Field("", max_length=1_000)


class Rule(BaseModel):
    """Of which texts of a kind approval is asked: none, marketing, or all."""

    scope: Scope


@router.get("", dependencies=[right("journeys.read")])
def proposals(
    request: Request,
    state: str = Query("pending", pattern="^(pending|approved|rejected|replaced)$"),
    before: AwareDatetime | None = None,
    limit: int = Query(100, ge=1, le=1_000),
) -> list[Waiting]:
    """Proposals of a state, the latest first; `before` a `proposed_at` pages on."""
    with house(request).connection() as conn:
        return [Waiting(**_facts(one)) for one in store.listed(conn, state, before, limit)]


@router.get("/rules", dependencies=[right("journeys.read")])
def rules(request: Request) -> dict[Asked, Scope]:
    """Of which texts a second person's approval is asked."""
    with house(request).connection() as conn:
        return store.rules(conn)


@router.put("/rules/{kind}", dependencies=[right("company.manage")])
def set_rule(request: Request, kind: Asked, wanted: Rule) -> dict[Asked, Scope]:
    """Ask for approval of the texts of a kind, or no longer; gives all rules."""
    by = str(reader_of(request).owner)
    with house(request).connection() as conn:
        if store.set_rule(conn, kind, wanted.scope, clock.now(), by):
            audit.record(conn, request, "approval.rule", kind=kind, scope=wanted.scope)
        else:
            audit.changed_nothing(request)
        return store.rules(conn)


@router.get("/{proposal}", dependencies=[right("journeys.read")])
def one(request: Request, proposal: uuid.UUID) -> Whole:
    """A proposal with its text. Raises journeys.approval_unknown (404)."""
    with house(request).connection() as conn:
        found = store.get(conn, proposal)
    return Whole(**_facts(found), text=found.text)


@router.post("/{proposal}/approve", dependencies=[right("journeys.approve")])
def approve(request: Request, proposal: uuid.UUID, said: Decision) -> Waiting:
    """Let a text go live; it is applied as its author would have applied it.

    Raises journeys.approval_own (403) for its author, also by a key of hers,
    journeys.approval_decided and journeys.approval_outdated (409), and what is wrong with the
    text by now (422).
    """
    mine = house(request)
    place = Place(packs.of_country(mine.config.country), locale_of(request), mine.config.timezone)
    by = str(reader_of(request).owner)
    with mine.connection() as conn:
        done = decide.approve(conn, proposal, clock.now(), by, place, said.note)
        _record(conn, request, done)
    return Waiting(**_facts(done))


@router.post("/{proposal}/reject", dependencies=[right("journeys.approve")])
def reject(request: Request, proposal: uuid.UUID, said: Decision) -> Waiting:
    """Send a text back; what is live stays.

    Raises journeys.approval_decided (409), journeys.approval_note (422) without a note.
    """
    by = str(reader_of(request).owner)
    with house(request).connection() as conn:
        done = decide.reject(conn, proposal, clock.now(), by, said.note)
        _record(conn, request, done)
    return Waiting(**_facts(done))


def ask(conn: Connection, request: Request, wanted: Wanted) -> Proposal | None:
    """Let a text of this request's reader wait, None where nobody need be asked."""
    if not store.asked(conn, wanted):
        return None
    made = store.propose(conn, wanted, clock.now(), str(reader_of(request).owner))
    facts = {"proposal": made.id, "kind": made.kind, "key": made.key}
    audit.record(conn, request, "approval.proposed", **facts)
    return made


def _record(conn: Connection, request: Request, done: Proposal) -> None:
    facts = {"proposal": done.id, "kind": done.kind, "key": done.key, "version": done.version or 0}
    audit.record(conn, request, f"approval.{done.state}", **facts)


def _facts(found: Proposal) -> dict[str, Any]:
    return {name: getattr(found, name) for name in Waiting.model_fields}
