"""Writes a refusal down that came by one of the doors of the web: links, hooks, the API."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import Request

from kervan.collect import intake
from kervan.collect.fields import cut_ip
from kervan.consent import packs, refuse
from kervan.consent.channels import KIND_OF
from kervan.consent.ledger import Change
from kervan.kernel import clock
from kervan.kernel.postgres import Connection
from kervan.web.state import House

AGENT_CHARS = 300


@dataclass(frozen=True, slots=True)
class Refusal:
    """Who refuses what, and how we know.

    `person` is a head (0: nobody's address yet), `contact` the blind hash of the address where
    the door knows it, `brand` "" is every brand. `key` (16 bytes) makes it count once; `source` is
    one of packs.SOURCES.
    """

    channel: str
    source: str
    key: bytes
    person: int = 0
    contact: bytes = b""
    actor: str = "person"
    topic: str = ""
    brand: str = ""
    proof: dict[str, Any] = field(default_factory=dict)
    everything: bool = False


def write(mine: House, conn: Connection, refusal: Refusal, at: datetime) -> list[int]:
    """Record a refusal at `at` in the caller's transaction; gives its places in the ledger.

    Those who listen to the ledger take messages back. Raises KervanError consent.*.
    """
    said = Change(
        channel=refusal.channel,
        status="withdrawn",
        occurred_at=at,
        person=refusal.person,
        contact=refusal.contact,
        contact_kind=KIND_OF.get(refusal.channel, "") if refusal.contact else "",
        topic=refusal.topic,
        brand=refusal.brand,
        jurisdiction=packs.of_country(mine.config.country),
        zone=mine.config.timezone,
        source=refusal.source,
        actor=refusal.actor,
        proof=refusal.proof or None,
        key=refusal.key,
    )
    return refuse.refuse(conn, mine.keys, said, at, everything=refusal.everything)


def tell(conn: Connection, refusal: Refusal, at: datetime) -> None:
    """Say on the person's timeline that she refused; nobody's refusal is in the ledger only."""
    if not refusal.person:
        return
    properties: dict[str, object] = {
        "channel": refusal.channel, "purpose": "marketing", "source": refusal.source,
    }  # fmt: skip
    name = f"refused-{refusal.key.hex()}"
    intake.append_own(
        conn, [intake.OwnEvent(name, "Opted Out", clock.to_ms(at), refusal.person, properties)]
    )


def trace(request: Request, **more: object) -> dict[str, Any]:
    """What proves by which browser something was done: its name, and its network, cut."""
    return {
        "agent": request.headers.get("user-agent", "").replace("\0", "")[:AGENT_CHARS],
        "ip": cut_ip(request.client.host if request.client else ""),
        **more,
    }
