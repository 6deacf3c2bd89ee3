"""Says which messages ask for a segment, so that nobody takes it from under them."""

import re

from kervan.content import known
from kervan.content.messages import store
from kervan.content.messages.definition import sources
from kervan.content.references import SEGMENTS
from kervan.kernel.postgres import Connection
from kervan.segments.definitions.store import Use


def of_segment(conn: Connection, key: str) -> list[Use]:
    """The live messages with a variant that asks whether its reader is in the segment `key`."""
    named = re.compile(rf"\b{SEGMENTS}\b")
    found = []
    for one in store.every(conn):
        written = [
            source
            for source in sources(one.definition).values()
            if any(named.search(template) for _, template in known.templates(source))
        ]
        if any((SEGMENTS, key) == path[:2] for source in written for path in known.asked(source)):
            found.append(Use("message", one.key, one.definition.name))
    return found
