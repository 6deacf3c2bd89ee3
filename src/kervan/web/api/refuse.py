"""Records a refusal that a person told staff or another system: by telephone, in the shop."""

import uuid
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.collect.fields import cut_ip
from kervan.consent.channels import KIND_OF
from kervan.kernel import clock, ids
from kervan.kernel.errors import KervanError
from kervan.profiles import read as profiles
from kervan.web import audit, refusals
from kervan.web.api.accept import Plain, Text
from kervan.web.auth import right
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(prefix="/v1/people", tags=["consent"])


class Refusal(BaseModel):
    """What she refuses; `reference` (a call's number, a ticket) makes a repeated call count once.

    `topic` "" is all marketing of the channel.
    """

    channel: Plain = Field(max_length=40)
    source: Literal["call_centre", "store", "staff", "social", "paper", "whatsapp", "sms", "api"]
    topic: Plain = Field(default="", max_length=100)
    words: Text = ""
    reference: Plain = Field(default="", max_length=200)


class Written(BaseModel):
    """Where in the ledger the refusal stands, one place for each channel it covers."""

    places: list[int]


@router.post("/{person}/refuse", dependencies=[right("consent.write")])
def refuse(request: Request, person: uuid.UUID, said: Refusal) -> Written:
    """Stop a channel for somebody at once; what waits in the outbox for her is taken back.

    Raises web.person_unknown (404), consent.channel_unknown (422).
    """
    mine, at = house(request), clock.now()
    if said.channel not in KIND_OF:
        raise KervanError("consent.channel_unknown", status=422, given=said.channel)
    with mine.connection() as conn:
        number = profiles.by_id(conn, person)
        if not number:
            raise KervanError("web.person_unknown", status=404, person=person)
        head = profiles.heads(conn, [number]).get(number, number)
        unique = said.reference or ids.uuid7().hex
        reader = reader_of(request)
        refusal = refusals.Refusal(
            said.channel,
            said.source,
            ids.hash16(b"refuse", person.bytes, said.channel.encode(), unique.encode()),
            head,
            actor=f"{reader.kind}:{reader.id}",
            topic=said.topic,
            proof={
                "words": said.words,
                "reference": said.reference,
                "ip": cut_ip(request.client.host if request.client else ""),
            },
        )
        places = refusals.write(mine, conn, refusal, at)
        refusals.tell(conn, refusal, at)
        audit.record(
            conn, request, "consent.refused", person=str(person), channel=said.channel,
            source=said.source, places=places,
        )  # fmt: skip
    return Written(places=places)
