"""Says which messages ask for a segment, so that nobody takes it from under them."""

import re

from kervan.content import known
from kervan.content.messages import store
from kervan.content.messages.definition import sources
from kervan.content.references import SEGMENTS
from kervan.kernel.postgres import Connection
from kervan.segments.definitions.users import Use


def of_segment(conn: Connection, key: str) -> list[Use]:
    """The live messages with a variant that asks whether its reader is in the segment `key`."""
    return [use for named, use in of_segments(conn) if named == key]


def of_segments(conn: Connection) -> list[tuple[str, Use]]:
    """(segment, message) for each segment that a variant of a live message asks about."""
    named = re.compile(rf"\b{SEGMENTS}\b")
    found = []
    for one in store.every(conn):
        written = [
            source
            for source in sources(one.definition).values()
            if any(named.search(template) for _, template in known.templates(source))
        ]
        asked = {path for source in written for path in known.asked(source)}
        keys = {str(path[1]) for path in asked if len(path) > 1 and path[0] == SEGMENTS}
        found += [(key, Use("message", one.key, one.definition.name)) for key in sorted(keys)]
    return found
