"""The states of a message, the classes it may have and the reasons the house knows."""

from enum import IntEnum


class State(IntEnum):
    """A message's state as stored; SENDING is shown while a sender holds a queued row.

    HANDED is with a provider that accepted it and will say more.
    """

    QUEUED = 0
    SENDING = 1
    ACCEPTED = 2
    DELIVERED = 3
    FAILED = 4
    SUPPRESSED = 5
    EXPIRED = 6
    CANCELLED = 7
    GHOST = 8
    UNKNOWN = 9
    HANDED = 10

    @property
    def final(self) -> bool:
        """Whether the message is done; a final state never changes."""
        return self > State.SENDING and self is not State.HANDED


MARKETING, TRANSACTIONAL = "marketing", "transactional"
TEST = "test"
"""Goes to seeds (seeds/) and colleagues (letters/) only, needs no consent, takes no place in caps,
tells nobody."""
AS_IT_IS = "-as-it-is"
"""In the context of a test: what stands there is shown as it is, nothing is looked up anew."""

# Own events by state. Every message says once that it was sent, and once how else it ended.
EVENT_OF = {
    State.ACCEPTED: "Message Sent",
    State.HANDED: "Message Sent",
    State.DELIVERED: "Message Delivered",
    State.FAILED: "Message Failed",
    State.UNKNOWN: "Message Failed",
    State.SUPPRESSED: "Message Suppressed",
    State.EXPIRED: "Message Suppressed",
    State.CANCELLED: "Message Suppressed",
    State.GHOST: "Message Suppressed",
}
