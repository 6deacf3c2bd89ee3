"""Says what an effect did, or could not do, as events of the person's own history."""

from collections.abc import Sequence
from typing import Any

import msgspec

from kervan.collect import intake
from kervan.collect.intake import OwnEvent
from kervan.journeys.effects.effect import Doings
from kervan.kernel.postgres import Connection

FAILED = "Step Failed"
_AT_ONCE = 5_000
_object = msgspec.json.Decoder(dict[str, Any]).decode


def event(doings: Doings, row: int, name: str, /, **facts: object) -> OwnEvent:
    """An event of the person of a row, at her time; the same row says one event of a name once."""
    word = name.lower().replace(" ", "-")
    return OwnEvent(
        message_id=f"step-{doings.key[row].hex()}-{word}",
        event=name,
        timestamp_ms=doings.at_ms[row],
        person=doings.person[row],
        properties={
            "journey": doings.journey[row],
            "version": doings.version[row],
            "run": doings.run[row],
            "step": doings.step_key[row],
            **facts,
        },
    )


def failed(doings: Doings, row: int, code: str, what: str = "", /, **facts: object) -> OwnEvent:
    """That something could not be done for the person of a row: a code, no words.

    `what` tells several failures of one passage apart.
    """
    found = event(doings, row, FAILED, effect=doings.step[row].effect, code=code, **facts)
    name = f"{found.message_id}-{what}" if what else found.message_id
    return msgspec.structs.replace(found, message_id=name)


def tell(conn: Connection, events: Sequence[OwnEvent]) -> None:
    """Record events in the caller's transaction."""
    for start in range(0, len(events), _AT_ONCE):
        intake.append_own(conn, [*events[start : start + _AT_ONCE]])


def context_of(doings: Doings, row: int) -> dict[str, Any]:
    """What the run of a row carries along."""
    return _object(doings.context[row] or b"{}")
