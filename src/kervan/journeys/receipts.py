"""Says to which passage of a step a message belongs that an event tells of.

An event of a message bears its run and its step, but in a loop a run stands at one step again and
again: a late word of the last message must not be taken for one of the next.
"""

import uuid
from collections.abc import Mapping

from kervan.delivery import outbox
from kervan.delivery.states import EVENT_OF
from kervan.journeys.columns import Signals
from kervan.kernel.postgres import Connection

_NAMES = frozenset(EVENT_OF.values())


def passages(conn: Connection, signals: Signals) -> Mapping[int, tuple[int, bytes]]:
    """Row of a signal to (version number, key of the passage), for messages still known."""
    asked: dict[int, uuid.UUID] = {}
    for i, name in enumerate(signals.name):
        if name in _NAMES:
            try:
                asked[i] = uuid.UUID(str(signals.properties(i).get("message")))
            except ValueError:
                continue  # somebody else's event of that name
    known = outbox.passages(conn, [*set(asked.values())]) if asked else {}
    return {i: known[message] for i, message in asked.items() if message in known}
