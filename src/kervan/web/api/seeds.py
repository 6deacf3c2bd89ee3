"""The seed list and test messages: to addresses of our own people only, as one customer gets it."""

import uuid
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from kervan.content import samples
from kervan.content.messages import preview, store
from kervan.content.messages.definition import sources
from kervan.delivery.seeds import book, send
from kervan.delivery.seeds.book import Seed
from kervan.kernel import clock
from kervan.kernel.errors import KervanError
from kervan.web import audit, mask
from kervan.web.api.accept import Plain, Text
from kervan.web.api.messages import Number, person_of
from kervan.web.auth import right
from kervan.web.reader import reader_of
from kervan.web.state import house

router = APIRouter(prefix="/v1", tags=["messages"])


class Listed(BaseModel):
    """One address on the list, masked; `added_by` is the user or key that put it there."""

    id: uuid.UUID
    channel: str
    name: str
    address: str
    added_by: str
    added_at: datetime | None


class NewSeed(BaseModel):
    """An address of one of our own people: `channel` is email, sms, whatsapp, push or web_push."""

    channel: Text
    name: Text
    address: Plain = Field(min_length=1, max_length=4_000)


class Wanted(BaseModel):
    """As whom and to whom: a person's public id; seeds by their ids, all of them without any.

    `scene` is what else the templates see.
    """

    person: uuid.UUID
    seeds: list[uuid.UUID] = Field([], max_length=book.MOST)
    scene: dict[str, Any] = {}


class Trial(BaseModel):
    """A test on its way: /v1/messages/{message}/why tells what became of it."""

    message: uuid.UUID
    seed: uuid.UUID
    channel: str
    name: str


@router.get("/seeds", dependencies=[right("journeys.read")])
def seeds(request: Request) -> list[Listed]:
    """The whole list, by channel and name."""
    mine = house(request)
    with mine.connection() as conn:
        return [_listed(one) for one in book.every(conn, mine.keys)]


@router.post("/seeds", status_code=201, dependencies=[right("channels.manage")])
def add(request: Request, new: NewSeed) -> Listed:
    """Put an address on the list; the same again only changes its name.

    Raises delivery.seed_unfit (422), delivery.seeds_full (409).
    """
    mine, by = house(request), str(reader_of(request).id)
    with mine.connection() as conn:
        found = book.add(
            conn, mine.keys, new.channel, new.name, new.address, mine.config.country,
            clock.now(), by,
        )  # fmt: skip
        audit.record(conn, request, "seed.added", seed=found.id, channel=found.channel)
    return _listed(found)


@router.delete("/seeds/{seed}", status_code=204, dependencies=[right("channels.manage")])
def remove(request: Request, seed: uuid.UUID) -> None:
    """Take an address off the list; tests that wait for it are not sent any more.

    Raises delivery.seed_unknown (404).
    """
    with house(request).connection() as conn:
        book.remove(conn, seed)
        audit.record(conn, request, "seed.removed", seed=seed)


@router.post("/messages/{key}/test", status_code=202, dependencies=[right("journeys.edit")])
def send_test(request: Request, key: str, wanted: Wanted, version: Number = None) -> list[Trial]:
    """Send a version of a message to seeds, as one person would get it.

    Its subject is marked; it is in no figure and in no cap, asks for no consent, and its links lead
    on uncounted. Who may not see people unmasked sends them masked. Raises content.message_unknown,
    web.person_unknown, delivery.seed_unknown (404), delivery.test_nobody (422).
    """
    mine = house(request)
    with mine.connection() as conn:
        found = store.get(conn, key, version)
        person = person_of(request, mine, conn, wanted.person)
        written = sources(found.definition)
        scene = {
            **samples.of(conn, written.values(), person.person),
            **wanted.scene,
            "person": preview.seen(person),
        }
        chosen = _chosen(book.every(conn, mine.keys), wanted.seeds)
        reader = send.Reader(person.person, scene, person.locale or mine.config.locale)
        sent = send.send(conn, mine.keys, found, reader, chosen, clock.now())
        facts = {"key": key, "version": found.number, "seeds": [one.seed for one in sent]}
        audit.record(conn, request, "message.tested", person=wanted.person, **facts)
    return [
        Trial(message=one.message, seed=one.seed, channel=one.channel, name=one.name)
        for one in sent
    ]


def _chosen(known: list[Seed], wanted: list[uuid.UUID]) -> list[Seed]:
    by = {one.id: one for one in known}
    for one in wanted:
        if one not in by:
            raise KervanError("delivery.seed_unknown", status=404, given=one)
    return [by[one] for one in dict.fromkeys(wanted)] or known


def _listed(one: Seed) -> Listed:
    if one.channel == "email":
        address = mask.email(one.address)
    elif one.channel in ("sms", "whatsapp"):
        address = mask.phone(one.address)
    else:
        address = one.address[:8] + "…"
    return Listed(
        id=one.id, channel=one.channel, name=one.name, address=address,
        added_by=one.added_by, added_at=one.added_at,
    )  # fmt: skip
