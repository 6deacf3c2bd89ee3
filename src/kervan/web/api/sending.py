"""The emergency stop: what holds messages now, one button to stop, one to let go again."""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.delivery import outbox
from kervan.delivery.mail import standing
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.web import audit
from kervan.web.api.accept import Plain, Text
from kervan.web.auth import right
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/sending", tags=["messages"])


class Stop(BaseModel):
    """A stop in force: `scope` is workspace, channel:<name> or brand:<key>."""

    scope: str
    reason: str
    everything: bool
    since: datetime
    author: str


class NewStop(BaseModel):
    """Stop marketing of the workspace, or of one channel, brand or journey; with `everything` also
    what is transactional or legal. A broadcast is stopped by its own route."""

    reason: Plain = Field(min_length=1, max_length=200)
    channel: Text = ""
    brand: Text = ""
    journey: Text = ""
    everything: bool = False


class Resume(BaseModel):
    """Lift a stop: what waited goes to the gate again or, with `drop`, is ended.

    `domain` is a group of domains that was held for its complaints, with `brand` that brand's mail
    to it; its complaints are counted anew from now.
    """

    channel: Text = ""
    brand: Text = ""
    journey: Text = ""
    domain: Text = ""
    drop: bool = False


class Changed(BaseModel):
    """Whether anything is otherwise than before."""

    changed: bool


@router.get("/stops", dependencies=[right("journeys.read")])
def stops(request: Request) -> list[Stop]:
    """All stops in force."""
    with house(request).connection() as conn:
        found = [one for one in outbox.stops(conn) if one.dropped_until is None]
    return [
        Stop(
            scope=one.scope, reason=one.reason, everything=one.everything, since=one.since,
            author=one.author,
        )
        for one in found
    ]  # fmt: skip


@router.post("/stop", dependencies=[right("sending.stop")])
def stop(request: Request, new: NewStop) -> Changed:
    """Hold messages at once, also those in the outbox. Raises delivery.stop_scope (422)."""
    reader, campaign = reader_of(request), _campaign(new.journey)
    with house(request).connection() as conn:
        changed = outbox.stop(
            conn, new.reason, clock.now(), new.channel, brand=new.brand,
            campaign=campaign, everything=new.everything, author=f"{reader.kind} {reader.id}",
        )  # fmt: skip
        scope = outbox.scope_of(new.channel, new.brand, campaign)
        audit.record(
            conn, request, "sending.stopped", scope=scope,
            everything=new.everything, reason=new.reason,
        )  # fmt: skip
    return Changed(changed=changed)


@router.post("/resume", dependencies=[right("sending.stop")])
def resume(request: Request, wanted: Resume) -> Changed:
    """Let messages go again. Raises delivery.not_stopped (409), delivery.stop_scope (422)."""
    with house(request).connection() as conn:
        until = clock.now() if wanted.drop else None
        brand, domain = wanted.brand, wanted.domain
        campaign = _campaign(wanted.journey)
        scope = outbox.scope_of(wanted.channel, brand, campaign, domain=domain)
        if not outbox.resume(
            conn, wanted.channel, brand=brand, campaign=campaign, domain=domain, drop_until=until
        ):
            raise KervanError("delivery.not_stopped", status=409, scope=scope)
        if domain:
            standing.forgive(conn, domain, brand, clock.now())
        audit.record(conn, request, "sending.resumed", scope=scope, drop=wanted.drop)
    return Changed(changed=True)


def _campaign(journey: str) -> str:
    return outbox.campaign("journey", journey) if journey else ""
