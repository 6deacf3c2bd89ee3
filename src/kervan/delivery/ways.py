"""Says of one person on which channels marketing can reach her now, and which rule says no."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kervan.consent import preferences
from kervan.consent.channels import KIND_OF
from kervan.consent.judge import Answer
from kervan.delivery import outbox, permitted
from kervan.delivery.decide import REASON_OF, Reason
from kervan.kernel.crypto import WorkspaceVault
from kervan.kernel.postgres import Connection
from kervan.profiles import tokens
from kervan.profiles.read import Person

CHANNELS = (
    "email", "sms", "whatsapp", "push", "web_push", "telegram", "instagram", "messenger", "call",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """One channel: where she is reached ("" for nowhere) and the first rule that refuses, NONE
    where marketing may go. `consent` is the row of the ledger behind it, 0 for none; `until` when
    her own pause ends."""

    channel: str
    address: str = field(repr=False)
    reason: Reason
    consent: int
    until: datetime | None = None


def of_person(
    conn: Connection, vault: WorkspaceVault, person: Person, at: datetime, country: str
) -> list[Way]:
    """Each channel in the gate's own order: stopped, address, suppression, consent, pause.

    Caps, quiet hours and a provider's health are of one message and its time, and not told here.
    """
    chosen = preferences.of_people(conn, [person.person]).get(person.person)
    pushed = {
        channel: tokens.of_people(conn, vault, [person.person], platforms).get(person.person, [])
        for channel, platforms in tokens.PLATFORMS_OF.items()
    }
    found = []
    for channel in CHANNELS:
        address, contact, asked = _where(channel, person, pushed)
        until = None
        consent, reason = 0, Reason.NONE
        if asked:
            judged = permitted.ask(conn, channel, [asked], [True], at, country)
            answer = Answer(int(judged.answer[0]))
            reason = REASON_OF.get(answer, Reason.NONE)
            consent = int(judged.event[0]) or int(judged.against[0])
        if chosen is not None and reason is Reason.NONE and chosen.paused(at):
            reason, until = Reason.PAUSED, chosen.paused_until
        if contact and contact in outbox.suppressed(conn, [contact], channel):
            reason = Reason.ADDRESS_SUPPRESSED
        if not address:
            reason = Reason.NO_ADDRESS
        if outbox.stopped(conn, channel):
            reason = Reason.EMERGENCY_STOP
        found.append(Way(channel, address, reason, consent, until))
    return found


def _where(
    channel: str, person: Person, pushed: Mapping[str, list[tokens.Token]]
) -> tuple[str, bytes, bytes]:
    """Her address on a channel, its blind index, and what consent is asked by."""
    if channel in pushed:
        herself = uuid.UUID(int=person.person).bytes
        one = pushed[channel]
        return (one[0].address, one[0].hash, herself) if one else ("", b"", herself)
    if KIND_OF[channel] == "email":
        return person.email, person.email_hash, person.email_hash
    return person.phone, person.phone_hash, person.phone_hash
