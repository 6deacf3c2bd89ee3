"""Reads the ledger's words out of events, and says which cannot be taken.

`Consent Changed` says any word. `Opted Out` of a trusted source (a call centre, a provider of
WhatsApp or SMS) is a refusal, and so is a `Message Received` whose text is one.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt

from kervan.collect import timestamps
from kervan.collect.batch import Batch
from kervan.collect.event import Event, RejectedError
from kervan.collect.sources import Source
from kervan.consent import ledger, refuse
from kervan.consent.channels import IDENTIFIER_OF, KIND_OF
from kervan.consent.ledger import Change
from kervan.consent.refusal_words import refusal_in
from kervan.kernel import clock
from kervan.profiles.sighting import Sighting

CONSENT_EVENT = "Consent Changed"
REFUSAL_EVENT = "Opted Out"
ANSWER_EVENT = "Message Received"
EVENTS = frozenset({CONSENT_EVENT, REFUSAL_EVENT, ANSWER_EVENT})
_REFUSALS = frozenset({"denied", "withdrawn"})
_SOURCE_OF = {
    "sms": "sms", "whatsapp": "whatsapp", "call": "call_centre", "email": "email",
}  # fmt: skip
"""Where a refusal was given that does not say so itself, by its channel."""


def refused(events: list[Event], jurisdiction: str) -> dict[int, tuple[str, str]]:
    """{position: (code, fact)} of the consents that cannot be recorded, for the dead letters.

    An event's time is never after its receipt; a consent is judged by what the sender said.
    """
    found = {}
    for i, event in enumerate(events):
        if event.name in (CONSENT_EVENT, REFUSAL_EVENT):
            try:
                change = _change(event, jurisdiction)
            except RejectedError as error:
                found[i] = error.reason, error.detail
                continue
            change.person = 1  # whose it is turns out later; nobody's is left out then
            change.occurred_at = clock.from_ms(max(event.at_ms, _said_ms(event)))
            code, fact = ledger.refusal(change, clock.from_ms(event.received_ms))
            if code:
                found[i] = code, fact
    return found


def changes(
    found: Batch, sightings: Sequence[Sighting], people: npt.NDArray[np.uint32], jurisdiction: str
) -> list[Change]:
    """The words in a batch; `people` are whose events they are (heads; 0: nobody's, left out).

    An address that a trusted source names with the word is the one it is about.
    """
    said = []
    for i, event in enumerate(found.events):
        if event.name not in EVENTS or event.told or not people[i]:
            continue
        if event.name != CONSENT_EVENT and not _refuses(event, found.sources[i]):
            continue
        change = _change(event, jurisdiction)
        change.person = int(people[i])
        change.source_id = found.sources[i].id
        change.key = found.hashes[i]
        kind = KIND_OF[change.channel]
        for claim in sightings[i].strong:
            if claim.kind == IDENTIFIER_OF.get(kind):
                change.contact, change.contact_kind = claim.hash, kind
                ledger.place(change, claim.value)
        said += refuse.spread(change) if change.status in _REFUSALS else [change]
    return said


def _refuses(event: Event, source: Source) -> bool:
    """Whether an event other than `Consent Changed` is a refusal on a channel that there is.

    What Kervan itself says of a refusal is in the ledger already.
    """
    if not source.trusted or source.kind == "kervan":
        return False
    given: dict[str, Any] = msgspec.json.decode(event.properties)
    if event.name == REFUSAL_EVENT:
        return True
    text = given.get("text")
    return (
        isinstance(text, str)
        and refusal_in(text) is not None
        and str(given.get("channel")) in KIND_OF
    )


def _said_ms(event: Event) -> int:
    ahead_ms = event.received_ms - event.sent_ms if event.sent_ms else 0
    skewed = abs(ahead_ms) > timestamps.SKEW_MS
    return event.original_ms + (ahead_ms if skewed else 0)


def _change(event: Event, jurisdiction: str) -> Change:
    said: dict[str, Any] = msgspec.json.decode(event.properties)

    def word(name: str, default: str = "") -> str:
        given = said.get(name)
        return default if given is None or given == "" else str(given)

    proof = said.get("proof")
    asked = event.name == CONSENT_EVENT
    channel = word("channel", "email" if asked else "")
    if not asked and not isinstance(proof, dict):
        proof = {"message": event.message_id, "text": word("text")[:1_000]}
    return Change(
        channel=channel,
        status=word("status") if asked else "withdrawn",
        occurred_at=clock.from_ms(event.at_ms),
        purpose=word("purpose", "marketing"),
        topic=word("topic"),
        brand=word("brand"),
        legal_basis=word("legal_basis", "consent"),
        jurisdiction=word("jurisdiction", jurisdiction),
        zone=word("zone", "UTC"),
        source=word("source", "event" if asked else _SOURCE_OF.get(channel, "event")),
        notice_name=word("notice"),
        proof=proof if isinstance(proof, dict) else None,
        expires_at=_instant(said.get("expires_at")),
    )


def _instant(value: object) -> datetime | None:
    at_ms = timestamps.read(value)
    return None if at_ms is None else timestamps.to_datetime(at_ms)
