"""Consents: what a person said, one more word of hers, and the notices people are shown."""

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, Field

from kervan.consent import ledger, notices, packs, prove, refuse, store
from kervan.consent.channels import IDENTIFIER_OF, KIND_OF
from kervan.consent.ledger import Change
from kervan.delivery import read as messages
from kervan.kernel import clock, ids
from kervan.kernel.errors import KervanError
from kervan.kernel.postgres import Connection
from kervan.profiles import read as profiles
from kervan.profiles import store as identities
from kervan.profiles.sighting import Reader
from kervan.web import audit
from kervan.web.api.accept import Number64, Plain, Text
from kervan.web.auth import may, right
from kervan.web.reader import reader_of
from kervan.web.state import House, house

router = APIRouter(tags=["consents"])


class Said(BaseModel):
    """One row of the ledger; `contact` is the blind hash of the address it is about.

    `in_force` says that it is the word that counts today for its channel, purpose and topic.
    """

    position: int
    brand: str
    contact: str
    contact_kind: str
    channel: str
    purpose: str
    topic: str
    status: str
    legal_basis: str
    jurisdiction: str
    occurred_at: datetime
    zone: str
    recorded_at: datetime
    source: str
    actor: str
    notice: int | None
    notice_name: str
    expires_at: datetime | None
    hash: str
    in_force: bool


class NewWord(BaseModel):
    """One word of a person; `address` is the e-mail or phone it is about (empty: the one she had).

    The same `key` again records nothing again. `proof` is kept sealed under the person's key.
    """

    channel: Text = "email"
    status: Text
    purpose: Text = "marketing"
    topic: Text = ""
    brand: Text = ""
    address: Text = ""
    occurred_at: AwareDatetime | None = None
    zone: Text = ""
    expires_at: AwareDatetime | None = None
    source: Text = "api"
    legal_basis: Text = "consent"
    jurisdiction: Text = ""
    notice: Number64 = 0
    recipient_type: Text = ""
    proof: dict[str, Any] | None = None
    key: Text = ""


class Recorded(BaseModel):
    """Where the words stand in the ledger; a refusal may cover several channels."""

    positions: list[int]


class Notice(BaseModel):
    """One version of a text in one language, as it was shown."""

    id: int
    key: str
    version: int
    language: str
    text: str
    sha256: str
    valid_from: datetime


class NewNotice(BaseModel):
    """A text to be shown; a changed one becomes the next version of its key and language."""

    key: Plain = Field(min_length=1, max_length=100)
    language: Text
    text: str = Field(min_length=1, max_length=100_000)
    valid_from: AwareDatetime | None = None


class Behind(BaseModel):
    """What allowed a message, or held it back: `consent` is None where no word did either."""

    message: uuid.UUID
    channel: str
    message_class: str
    state: str
    reason: str
    topic: str
    brand: str
    handed_at: datetime | None
    consent: Said | None
    notice: Notice | None
    proof: dict[str, Any] | None
    intact: bool | None


@router.get("/v1/people/{person}/consents", dependencies=[right("consent.read")])
def consents(request: Request, person: uuid.UUID) -> list[Said]:
    """All that a person said in the ledger, the latest first. Raises web.person_unknown (404)."""
    mine = house(request)
    with mine.connection() as conn:
        head = _head(conn, person)
        rows = store.of_people(conn, profiles.parts(conn, head))
    return [_said(row) for row in rows]


@router.post("/v1/people/{person}/consents", status_code=201, dependencies=[right("consent.write")])
def say(request: Request, person: uuid.UUID, new: NewWord) -> Recorded:
    """Record a word of a person. Raises consent.* (422), web.person_unknown (404)."""
    mine = house(request)
    with mine.connection() as conn:
        head = _head(conn, person)
        change = _change(mine, conn, head, new, reader_of(request))
        code, fact = ledger.refusal(change, clock.now())
        if code:
            raise KervanError(code, status=422, given=fact)
        words = refuse.spread(change) if new.status in ("denied", "withdrawn") else [change]
        positions = ledger.record(conn, mine.keys, words)
        audit.record(
            conn, request, "consent_recorded", person=str(person), channel=new.channel,
            purpose=new.purpose, status=new.status, positions=positions,
        )  # fmt: skip
    return Recorded(positions=positions)


@router.get("/v1/notices", dependencies=[right("consent.read")])
def all_notices(request: Request) -> list[Notice]:
    """Every version of every notice."""
    with house(request).connection() as conn:
        return [_notice(one) for one in notices.everything(conn)]


@router.post("/v1/notices", status_code=201, dependencies=[right("consent.write")])
def publish(request: Request, new: NewNotice) -> Notice:
    """Publish a text; the same text again is the same notice. Raises consent.notice_unfit (422)."""
    with house(request).connection() as conn:
        kept = notices.publish(conn, new.key, new.language, new.text, new.valid_from)
        audit.record(
            conn, request, "notice_published", notice=kept.id, key=kept.key, version=kept.version,
            language=kept.language,
        )  # fmt: skip
    return _notice(kept)


@router.get("/v1/messages/{message}/consent", dependencies=[right("consent.read")])
def behind(request: Request, message: uuid.UUID) -> Behind:
    """What allowed a message; its proof only for who may see personal data.

    Raises consent.message_unknown (404).
    """
    mine = house(request)
    with mine.connection() as conn:
        found = messages.consent_of(conn, message)
        if found is None:
            raise KervanError("consent.message_unknown", status=404, given=message)
        event = found.consent_event
        evidence = prove.evidence(conn, mine.keys, event) if event else None
        revealed = evidence is not None and evidence.proof is not None
        if revealed and may(request, "people.reveal"):
            audit.record(conn, request, "proof_revealed", message=str(message), position=event)
        else:
            revealed = False
    return Behind(
        message=message,
        channel=found.channel,
        message_class=found.message_class,
        state=found.state.name.lower(),
        reason=found.reason,
        topic=found.topic,
        brand=found.brand,
        handed_at=found.handed_at,
        consent=_of_evidence(evidence) if evidence else None,
        notice=_notice(evidence.notice) if evidence and evidence.notice else None,
        proof=evidence.proof if evidence and revealed else None,
        intact=evidence.intact if evidence else None,
    )


def _head(conn: Connection, person: uuid.UUID) -> int:
    number = profiles.by_id(conn, person)
    if not number:
        raise KervanError("web.person_unknown", status=404, person=str(person))
    return profiles.heads(conn, [number]).get(number, number)


def _change(mine: House, conn: Connection, head: int, new: NewWord, reader: Any) -> Change:
    at = clock.now()
    key = f"{reader.kind} {head} {new.key}".encode()
    country = mine.config.country
    change = Change(
        channel=new.channel,
        status=new.status,
        occurred_at=new.occurred_at or at,
        person=head,
        purpose=new.purpose,
        topic=new.topic,
        brand=new.brand,
        legal_basis=new.legal_basis,
        jurisdiction=new.jurisdiction or packs.of_country(country),
        zone=_zone(new.zone or mine.config.timezone),
        source=_one_of(new.source, packs.SOURCES, "source"),
        actor=f"{reader.kind} {reader.id}",
        notice=new.notice,
        proof=new.proof,
        expires_at=new.expires_at,
        recipient_type=_one_of(new.recipient_type, ("", "individual", "merchant"), "recipient"),
        key=ids.hash16(b"api", key) if new.key else ids.uuid7().bytes,
    )
    if new.address:
        kind = KIND_OF.get(new.channel, "")
        number = IDENTIFIER_OF.get(kind, 0)
        claim = Reader(mine.keys, country).claim(number, new.address) if number else None
        if claim is None:
            raise KervanError("consent.address_unfit", status=422, given=new.channel)
        owner = identities.owners(conn, [claim]).get(claim)
        if owner is None or profiles.heads(conn, [owner]).get(owner, owner) != head:
            raise KervanError("consent.address_of_another", status=409, given=new.channel)
        change.contact, change.contact_kind = claim.hash, kind
        if not new.jurisdiction:
            ledger.place(change, claim.value)
    return change


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise KervanError("consent.zone_unknown", status=422, given=name[:60]) from None


def _one_of(word: str, known: tuple[str, ...], what: str) -> str:
    if word not in known:
        raise KervanError(
            "consent.word_unknown", status=422, given=word[:40], what=what,
            known=", ".join(one for one in known if one),
        )  # fmt: skip
    return word


def _said(row: dict[str, Any]) -> Said:
    return Said(**{**row, "contact": row["contact"].hex, "hash": row["hash"].hex()})


def _of_evidence(evidence: prove.Evidence) -> Said:
    row = evidence.event._asdict()
    return _said({**row, "position": evidence.event.id, "in_force": not evidence.overruled_by})


def _notice(one: notices.Notice) -> Notice:
    return Notice(
        id=one.id,
        key=one.key,
        version=one.version,
        language=one.language,
        text=one.text,
        sha256=one.sha256.hex(),
        valid_from=one.valid_from,
    )
