"""Lets the room of segments hear who asks for one, so that nobody takes it from under a message."""

from kervan.content.messages import uses
from kervan.segments.definitions import store


def listen() -> None:
    """Wire this process; doing it again changes nothing."""
    if uses.of_segment not in store.uses_elsewhere:
        store.uses_elsewhere.append(uses.of_segment)
