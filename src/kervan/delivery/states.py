"""The states of a message, the classes it may have and the reasons the house knows."""

from enum import IntEnum


class State(IntEnum):
    """A message's state as stored; SENDING is shown while a sender holds a queued row."""

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

    @property
    def final(self) -> bool:
        """Whether the message is done; a final state never changes."""
        return self > State.SENDING


MARKETING, TRANSACTIONAL = "marketing", "transactional"

# Own events by final state. Every message that ends says so exactly once.
EVENT_OF = {
    State.ACCEPTED: "Message Sent",
    State.DELIVERED: "Message Sent",
    State.FAILED: "Message Failed",
    State.UNKNOWN: "Message Failed",
    State.SUPPRESSED: "Message Suppressed",
    State.EXPIRED: "Message Suppressed",
    State.CANCELLED: "Message Suppressed",
    State.GHOST: "Message Suppressed",
}
