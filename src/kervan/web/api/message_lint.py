"""The linter: where a message departs from its brand guide and from what its readers take."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.consent import packs
from kervan.content.blocks import store as blocks
from kervan.content.lint import live, of
from kervan.content.lint.check import ERROR
from kervan.content.messages import apply as messages
from kervan.content.messages import store
from kervan.content.messages.check import examine
from kervan.content.messages.definition import Definition, read
from kervan.web import audit
from kervan.web.api import body
from kervan.web.api.findings import Departure, departures
from kervan.web.api.messages import Number
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/messages", tags=["messages"])


class Linted(BaseModel):
    """All findings, errors first; with an error the message cannot be applied."""

    passes: bool
    findings: list[Departure]


class Unsaved(BaseModel):
    """A definition that need not be saved."""

    message: dict[str, Any]


class _Unsaved(msgspec.Struct, forbid_unknown_fields=True):
    message: Any = None


@router.post("/lint", dependencies=[right("journeys.read")], openapi_extra=body.described(Unsaved))
def lint_unsaved(request: Request, raw: body.Raw, *, open_links: bool = False) -> Linted:
    """What the linter tells of a definition; `open_links` also opens each link once.

    Raises content.message_not_valid (422) for one that cannot be compiled.
    """
    audit.changed_nothing(request)
    return _linted(request, read(body.read(raw, _Unsaved).message), open_links=open_links)


@router.get("/{key}/lint", dependencies=[right("journeys.read")])
def lint(request: Request, key: str, version: Number = None, *, open_links: bool = False) -> Linted:
    """What the linter tells of a version of a message, by the brand guide in force now.

    With `open_links` each link is opened once. Raises content.message_unknown (404).
    """
    with house(request).connection() as conn:
        found = store.get(conn, key, version)
    return _linted(request, found.definition, open_links=open_links)


def _linted(request: Request, message: Definition, *, open_links: bool) -> Linted:
    mine = house(request)
    law = packs.of_country(mine.config.country)
    with mine.connection() as conn:
        examined = examine(message, blocks.live(conn))
        found = messages.findings(conn, message, law, examined)
        subject = of.subject(conn, message.brand, law, examined.sources)
    if open_links:  # with no connection held: other people's servers may be slow
        found = [*found, *live.look(subject)]
    return Linted(
        passes=all(one.severity != ERROR for one in found),
        findings=departures(found, locale_of(request)),
    )
