"""What people ask of their data: requests, access exports, erasures, the register, retention."""

import io
import uuid
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from kervan.consent import packs
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.privacy import access, erase, receipt, register, requests, retention
from kervan.profiles import read as profiles
from kervan.web import audit
from kervan.web.api import meanwhile
from kervan.web.api.accept import Plain, Text
from kervan.web.api.meanwhile import Match
from kervan.web.auth import right
from kervan.web.errors import locale_of
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/privacy", tags=["privacy"])
Days = Annotated[int, Query(gt=0, lt=36_525)]


class NewRequest(BaseModel):
    """What somebody asked for; received now unless said otherwise."""

    kind: Text
    person: uuid.UUID
    channel: Text = "email"
    identity_proof: Text = "none"
    note: Plain = Field(default="", max_length=2_000)
    received_at: datetime | None = None


class Closing(BaseModel):
    """How a request ended: done, or refused with a reason."""

    state: Text
    answer: Plain = Field(default="", max_length=2_000)


class Asked(BaseModel):
    """One request as it stands."""

    id: uuid.UUID
    kind: str
    person: uuid.UUID
    jurisdiction: str
    received_at: datetime
    due_at: datetime
    is_late: bool
    channel: str
    identity_proof: str
    note: str
    state: str
    answer: str
    closed_at: datetime | None
    is_near: bool


class Step(BaseModel):
    """One thing that was done for a request."""

    at: datetime
    what: str


class AskedWhole(Asked):
    """One request with all that was done for it; of whom is `being_erased` there is a receipt."""

    steps: list[Step]
    being_erased: bool


class Begun(BaseModel):
    """An erasure that has begun; its receipt says when it is complete."""

    request: uuid.UUID
    receipt: str


class Processor(BaseModel):
    """One who gets personal data from us."""

    name: Plain = Field(min_length=1, max_length=200)
    role: Text
    country: Plain = Field(min_length=2, max_length=2)
    purposes: Plain = Field(max_length=1_000)
    data: Plain = Field(max_length=1_000)
    people: Plain = Field(max_length=1_000)
    begins_on: date
    transfer_basis: Text = ""
    contract: Plain = Field(default="", max_length=500)
    contract_signed_on: date | None = None
    notified_on: date | None = None
    ends_on: date | None = None


class Rule(BaseModel):
    """How long a kind of data is kept; no days: for ever."""

    days: int | None = Field(default=None, gt=0, lt=36_525)
    source: Plain = Field(min_length=1, max_length=500)


class KeptRule(Rule):
    """A rule as it stands: `usual_days` holds where nothing is chosen (None: for ever).

    What is not `changeable` is kept whatever is chosen. `edition` is for If-Match.
    """

    days: int | None
    source: str
    usual_days: int | None
    changed_at: datetime | None
    changeable: bool
    edition: str


class WouldGo(BaseModel):
    """What would go at once: `count` pieces, or whole `months`; `is_all` False: or more."""

    count: int
    months: bool
    is_all: bool


@router.get("/requests", dependencies=[right("privacy.requests")])
def all_requests(request: Request, only_open: bool = False) -> list[Asked]:
    """Requests, the open ones first by the day they are due."""
    now = clock.now()
    with house(request).connection() as conn:
        return [_asked(one, now) for one in requests.all_requests(conn, only_open=only_open)]


@router.post("/requests", status_code=201, dependencies=[right("privacy.requests")])
def open_request(request: Request, body: NewRequest) -> Asked:
    """Write down a request. Raises privacy.person_unknown, privacy.request_not_good."""
    with house(request).connection() as conn:
        _head(conn, body.person)
        one = opened(conn, request, body)
    return _asked(one, clock.now())


def opened(conn: Connection, request: Request, body: NewRequest) -> requests.Request:
    """A request as the reader of `request` wrote it down."""
    config = house(request).config
    now = clock.now()
    received = body.received_at or now
    if received.tzinfo is None or received > now:
        raise KervanError(
            "privacy.request_not_good", field="received_at", value=str(received), words="past"
        )
    one = requests.open_request(
        conn,
        body.kind,
        body.person,
        received_at=received,
        jurisdiction=packs.of_country(config.country),
        zone=config.timezone,
        channel=body.channel,
        identity_proof=body.identity_proof,
        note=body.note,
        actor=str(reader_of(request).id),
    )
    audit.record(conn, request, "privacy.request_opened", id=one.id, kind=one.kind)
    return one


@router.get("/requests/{asked}", dependencies=[right("privacy.requests")])
def one_request(request: Request, asked: uuid.UUID) -> AskedWhole:
    """A request and its steps. Raises privacy.request_unknown (404)."""
    with house(request).connection() as conn:
        one = _asked(requests.one(conn, asked), clock.now())
        steps = [Step(at=step.at, what=step.what) for step in requests.steps(conn, asked)]
        begun = erase.of_person(conn, one.person) is not None
    return AskedWhole(**one.model_dump(), steps=steps, being_erased=begun)


@router.post("/requests/{asked}/close", dependencies=[right("privacy.requests")])
def close_request(request: Request, asked: uuid.UUID, body: Closing) -> Asked:
    """Close a request. Raises privacy.request_unknown (404), privacy.request_closed (409)."""
    actor = str(reader_of(request).id)
    with house(request).connection() as conn:
        one = requests.close(conn, asked, body.state, body.answer, clock.now(), actor)
        audit.record(conn, request, "privacy.request_closed", id=asked, state=body.state)
    return _asked(one, clock.now())


@router.post("/requests/{asked}/erase", status_code=202, dependencies=[right("privacy.erase")])
def erase_asked(request: Request, asked: uuid.UUID) -> Begun:
    """Begin the erasure that was asked for; the workers do it and close the request.

    Raises privacy.request_unknown, privacy.person_unknown (404), privacy.request_closed (409).
    """
    with house(request).connection() as conn:
        one = requests.one(conn, asked)
        if one.kind != "erasure" or one.state != "open":
            raise KervanError("privacy.request_closed", status=409)
        erase.begin(conn, _head(conn, one.person_id), clock.now(), request=asked)
        audit.record(conn, request, "people.erased", people=[str(one.person_id)])
    return _begun(asked, one.person_id)


@router.get("/people/{person}/export", dependencies=[right("privacy.requests")])
def export(request: Request, person: uuid.UUID) -> Response:
    """Everything we know of a person, as a zip; in the audit log. Raises privacy.person_unknown.

    An open request of hers for access or portability gets a step. The zip is made in memory: it
    never lies on a disk of ours.
    """
    mine = house(request)
    out = io.BytesIO()
    with mine.connection() as conn:
        head = _head(conn, person)
        now = clock.now()
        address, locale = mine.config.address, locale_of(request)
        access.write(conn, mine.history, mine.keys, address, head, now, out, locale=locale)
        audit.record(conn, request, "people.revealed", people=[str(person)])
        for one in requests.all_requests(conn, only_open=True):
            if one.person_id == person and one.kind in ("access", "portability"):
                requests.note_step(conn, one.id, now, "exported", str(reader_of(request).id))
    headers = {"Content-Disposition": f'attachment; filename="{person}.zip"'}
    return Response(out.getvalue(), media_type="application/zip", headers=headers)


@router.post("/people/{person}/erase", status_code=202, dependencies=[right("privacy.erase")])
def erase_person(request: Request, person: uuid.UUID) -> Begun:
    """Begin to erase a person; the workers do it. Raises privacy.person_unknown (404)."""
    with house(request).connection() as conn:
        before = erase.of_person(conn, person)
        if before is not None and before.request is not None:
            return _begun(before.request, person)
        head = _head(conn, person)
        body = NewRequest(kind="erasure", person=person, channel="web", identity_proof="none")
        one = opened(conn, request, body)
        erase.begin(conn, head, clock.now(), request=one.id)
        audit.record(conn, request, "people.erased", people=[str(person)])
    return _begun(one.id, person)


def _begun(number: uuid.UUID, person: uuid.UUID) -> Begun:
    return Begun(request=number, receipt=f"/v1/privacy/people/{person}/receipt")


@router.get("/people/{person}/receipt", dependencies=[right("privacy.requests")])
def erasure_receipt(request: Request, person: uuid.UUID) -> dict[str, Any]:
    """What an erasure did, where and when. Raises privacy.person_unknown (404)."""
    with house(request).connection() as conn:
        one = erase.of_person(conn, person)
        if one is None:
            raise KervanError("privacy.person_unknown", status=404)
        return receipt.receipt(conn, one, locale_of(request))


@router.get("/register", dependencies=[right("privacy.requests")])
def whole_register(request: Request) -> dict[str, Any]:
    """The register of processing: our own, others', and what is missing."""
    mine = house(request)
    with mine.connection() as conn:
        return register.register(conn, mine.config.country, clock.now(), locale_of(request))


@router.put("/register/{entry}", dependencies=[right("privacy.erase")])
def keep_processor(request: Request, entry: uuid.UUID, body: Processor) -> Processor:
    """Write or change an entry. Raises privacy.register_not_good."""
    with house(request).connection() as conn:
        one = register.Processor(**body.model_dump(), id=entry)
        register.keep(conn, one, clock.now(), str(reader_of(request).id))
        audit.record(conn, request, "privacy.register_changed", id=entry)
    return body


@router.get("/retention", dependencies=[right("privacy.requests")])
def all_rules(request: Request) -> dict[str, KeptRule]:
    """How long each kind of data is kept, and why."""
    with house(request).connection() as conn:
        return {one.kind: _rule(one) for one in retention.rules(conn)}


@router.get("/retention/{kind}/touched", dependencies=[right("privacy.requests")])
def touched(request: Request, kind: str, days: Days) -> WouldGo:
    """What a shorter time would let go of at once. Raises privacy.rule_not_good."""
    mine = house(request)
    with mine.connection() as conn, conn.transaction(force_rollback=True):
        found = retention.touched(conn, mine.history, kind, days, clock.now())
    return WouldGo(count=found.count, months=found.months, is_all=found.is_all)


@router.put("/retention/{kind}", dependencies=[right("privacy.erase")])
def set_rule(request: Request, kind: str, body: Rule, if_match: Match = "") -> Rule:
    """Choose how long a kind of data is kept. Raises privacy.rule_not_good.

    With the edition you read in If-Match, what somebody else chose meanwhile is not lost:
    web.changed_meanwhile (409).
    """
    actor = str(reader_of(request).id)
    with house(request).connection() as conn:
        meanwhile.hold(conn, f"retention {kind}")
        known = {one.kind: one for one in retention.rules(conn)}
        meanwhile.expect(if_match, _edition(known[kind]) if kind in known else meanwhile.NOTHING)
        retention.set_rule(conn, kind, body.days, body.source, clock.now(), actor)
        audit.record(conn, request, "privacy.retention_changed", kind=kind, days=body.days)
    return body


def _rule(one: retention.Rule) -> KeptRule:
    return KeptRule(
        days=one.days,
        source=one.source,
        usual_days=retention.defaults()[one.kind].days,
        changed_at=one.changed_at,
        changeable=one.kind in retention.changeable(),
        edition=_edition(one),
    )


def _edition(one: retention.Rule) -> str:
    return meanwhile.edition([one.days, one.source, one.changed_at])


def _head(conn: Connection, person: uuid.UUID) -> int:
    number = profiles.by_id(conn, person)
    if not number:
        raise KervanError("privacy.person_unknown", status=404)
    return profiles.heads(conn, [number])[number]


def _asked(one: requests.Request, now: datetime) -> Asked:
    return Asked(
        id=one.id,
        kind=one.kind,
        person=one.person_id,
        jurisdiction=one.jurisdiction,
        received_at=one.received_at,
        due_at=one.due_at,
        is_late=one.is_late(now),
        channel=one.channel,
        identity_proof=one.identity_proof,
        note=one.note,
        state=one.state,
        answer=one.answer,
        closed_at=one.closed_at,
        is_near=one.is_near(now),
    )
