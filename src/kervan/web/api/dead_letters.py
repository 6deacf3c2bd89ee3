"""Events that could not be understood: list, search, send again."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from kervan.collect import dead_letters, store
from kervan.kernel import i18n
from kervan.web import audit, mask
from kervan.web.api.accept import Number64, Text
from kervan.web.auth import may, right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/dead-letters", tags=["dead letters"])


class DeadLetter(BaseModel):
    """One refused event; `reason` is a stable code, `explanation` its sentence."""

    id: int
    source: str
    received_at: datetime
    reason: str
    explanation: str
    raw: str
    resent_at: datetime | None


class Found(BaseModel):
    """A page of dead letters, newest first, and how many wait by reason."""

    letters: list[DeadLetter]
    waiting: dict[str, int]


class Resend(BaseModel):
    """Which letters to send again."""

    ids: list[Number64] = Field(max_length=10_000)


class Resent(BaseModel):
    """How many went back into the intake."""

    resent: int


@router.get("", dependencies=[right("deadletters.manage")])
def find(
    request: Request,
    reason: Text | None = None,
    source: Text | None = None,
    text: Text = "",
    before: Number64 = 2**62,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Found:
    """The newest dead letters, of one reason, of one source, holding a text."""
    mine, locale = house(request), locale_of(request)
    with mine.connection() as conn:
        workspace = store.workspace_id(conn, mine.config.workspace)
        letters = dead_letters.find(
            conn,
            mine.vault,
            workspace,
            reason=reason,
            source=source,
            text=text,
            before=before,
            limit=limit,
        )
        waiting = dead_letters.counts(conn, workspace)
        whole = may(request, mask.REVEAL)
        if whole and letters:
            audit.record(conn, request, "letters_revealed", letters=[one.id for one in letters])
    return Found(
        letters=[
            DeadLetter(
                id=one.id,
                source=one.source_name,
                received_at=one.received_at,
                reason=one.reason,
                explanation=i18n.say(one.reason, locale, detail=one.detail),
                raw=one.raw if whole else mask.raw(one.raw),
                resent_at=one.resent_at,
            )
            for one in letters
        ],
        waiting=waiting,
    )


@router.post("/resend", dependencies=[right("deadletters.manage")])
def resend(request: Request, what: Resend) -> Resent:
    """Put letters back into the intake; one that was sent again already stays."""
    mine = house(request)
    with mine.connection() as conn:
        workspace = store.workspace_id(conn, mine.config.workspace)
        resent = dead_letters.resend(conn, mine.vault, workspace, what.ids)
        audit.record(conn, request, "letters_resent", count=resent, letters=what.ids[:100])
        return Resent(resent=resent)
