"""The policy: how many messages, how far apart, at which hours; with its versions."""

from datetime import datetime
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from pydantic import BaseModel

from kervan.delivery.policy import store
from kervan.delivery.policy.read import read
from kervan.journeys.approval import texts as approvals
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.web import audit
from kervan.web.api import body
from kervan.web.api.accept import Number32
from kervan.web.api.approvals import ask
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/policy", tags=["messages"])


class Past(BaseModel):
    """One version of the policy; it is in force until `until`."""

    version: int
    policy: dict[str, Any]
    author: str
    since: datetime
    until: datetime | None


class Planned(BaseModel):
    """What applying a policy does: `change` is new, changed or same.

    With `waits` nothing has changed yet: a second person is asked.
    """

    change: str
    version: int
    said: str
    waits: bool = False


class Written(BaseModel):
    """A policy as docs/reference/policy.schema.json describes it."""

    name: str = ""
    caps: list[dict[str, Any]] = []
    gaps: list[dict[str, Any]] = []
    quiet: list[dict[str, Any]] = []


@router.get("", dependencies=[right("journeys.read")])
def versions(request: Request) -> list[Past]:
    """Every version, the latest first; none where no policy was ever set."""
    with house(request).connection() as conn:
        found = store.versions(conn)
    return [
        Past(
            version=one.number, policy=msgspec.to_builtins(one.policy), author=one.author,
            since=one.valid_from, until=one.valid_until,
        )
        for one in found
    ]  # fmt: skip


@router.put("", dependencies=[right("company.manage")], openapi_extra=body.described(Written))
def apply(
    request: Request, raw: body.Raw, expected: Number32 | None = None, *, plan: bool = False
) -> Planned:
    """Put a policy into force from now on; doing it twice does nothing the second time.

    `expected` is the version this one was written over, 0 for none: where another one is the latest
    by now it raises delivery.policy_meanwhile (409). With `plan` nothing is done. Raises
    delivery.policy_not_valid (422) with all problems.
    """
    wanted = read(body.plain(raw))
    with house(request).connection() as conn:
        planned = store.plan(conn, wanted)
        latest = planned.number - (planned.change != store.SAME)
        if expected is not None and expected != latest:
            raise KervanError("delivery.policy_meanwhile", status=409, number=latest)
        if plan or planned.change == store.SAME:
            audit.changed_nothing(request)
        elif ask(conn, request, approvals.of_policy(wanted, latest)) is not None:
            return _told(request, planned, waits=True)
        else:
            planned = store.apply(conn, wanted, str(reader_of(request).id), clock.now())
            audit.record(conn, request, "policy.changed", version=planned.number)
    return _told(request, planned)


def _told(request: Request, planned: store.Plan, *, waits: bool = False) -> Planned:
    return Planned(
        change=planned.change, version=planned.number, said=planned.say(locale_of(request)),
        waits=waits,
    )  # fmt: skip
