"""Lets the room of segments hear who asks for one, so that nobody takes it from under a message."""

from kervan.content.messages import uses
from kervan.delivery.audiences import store as audiences
from kervan.delivery.broadcasts import store as broadcasts
from kervan.journeys.publish import named
from kervan.onsite import store as onsite
from kervan.segments.definitions import users

_HOLDING = (uses.of_segments, onsite.of_segments, named.of_segments)
_HEARING = (broadcasts.of_segments, audiences.of_segments)


def listen() -> None:
    """Wire this process; doing it again changes nothing."""
    for found, asked in ((users.holding, _HOLDING), (users.hearing, _HEARING)):
        found.extend(one for one in asked if one not in found)
