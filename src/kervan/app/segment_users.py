"""Lets the room of segments hear who asks for one, so that nobody takes it from under a message."""

from kervan.content.messages import uses
from kervan.journeys.publish import named
from kervan.onsite import store as onsite
from kervan.segments.definitions import store

_USERS = (uses.of_segment, onsite.of_segment, named.of_segment)


def listen() -> None:
    """Wire this process; doing it again changes nothing."""
    for one in _USERS:
        if one not in store.uses_elsewhere:
            store.uses_elsewhere.append(one)
